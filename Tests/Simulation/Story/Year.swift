import Glibc
import Grants
import Kit

/// A company of 500 people whose days are all different: they come in waves, morning, noon, afternoon and evening, and in
/// each wave something goes wrong.
struct Year {
    private static let people = 500
    private static let wavesADay = 4
    /// A million requests in 365 days.
    private static let requestsAWave = 685

    private let locations = (1...5).map { "office-\($0)" }
    private let world: World
    private var random: SeededRandom
    private var teller: StoryTeller
    private var lastNumber = 0

    init(seed: UInt64) throws {
        world = try World(
            seed: seed, locations: locations, isTold: false, idle: .seconds(3_600), looks: .seconds(3_600))
        world.disk.hasWholeRenames = true
        (random, teller) = (SeededRandom(seed: seed), StoryTeller(seed: seed))
    }

    /// Whether all was as it has to be at the end of each day.
    mutating func run(days: Int) -> Bool {
        let begin = ContinuousClock.now
        world.pass(.seconds(1))
        for day in 1...days where world.violations.isEmpty {
            live(day)
            if day % 73 == 0 || !world.violations.isEmpty { print(figures(day, ContinuousClock.now - begin)) }
        }
        for violation in world.violations { print("violation: \(violation)") }
        if days % 73 != 0 { print(figures(days, ContinuousClock.now - begin)) }
        return world.violations.isEmpty
    }

    private func figures(_ day: Int, _ time: Duration) -> String {
        let asked = world.graph.asked
        return
            "day \(day): \(world.oracle.counts.dropped) requests, \(world.oracle.counts.settled) verdicts, "
            + "\(asked[.patch] ?? 0) PATCHes, \(asked[.get] ?? 0) GETs, \(asked[.token] ?? 0) tokens, "
            + "\(world.lives) lives, \(world.turns) turns, \(world.disk.calls) calls on the disk, "
            + "\(world.violations.count) violations, \(time)"
    }

    private mutating func live(_ day: Int) {
        let end = Duration.seconds(86_400 * day)
        for _ in 0..<Self.wavesADay where world.violations.isEmpty {
            let first = Int.random(in: 0...Self.requestsAWave, using: &random)
            for _ in 0..<first { happen(.drop(request())) }
            world.pass(.milliseconds(Int.random(in: 0...3_000, using: &random)))
            happen(mishap())
            for _ in first..<Self.requestsAWave { happen(.drop(request())) }
            world.pass(.seconds(Int.random(in: 60...300, using: &random)))
            // By then somebody has seen to a disk that cannot be written.
            happen(.full(false))
            happen(.readOnly(false))
            world.pass(.seconds(Int.random(in: 60...10_000, using: &random)))
        }
        guard world.violations.isEmpty else { return }
        happen(.disk(DiskPlan.Fault(code: EIO, after: 10, times: 1)))
        happen(.retry(.withNotes))
        happen(.rest)
        happen(.discardAll)
        world.oracle.forget(before: world.clock.truth - .seconds(86_400))
        world.pass(end - world.clock.elapsed)
    }

    private mutating func happen(_ event: Story.Event) {
        lastNumber += 1
        world.happen(Story.Step(number: lastNumber, pause: .zero, event: event))
    }

    private mutating func mishap() -> Story.Event {
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<4: teller.death()
        case 4..<8: teller.graphFault()
        case 8: teller.diskFault()
        case 9: .reload
        case 10: .handEdit(location: locations[0], adds: true)
        default: .stop(away: .seconds(Int.random(in: 0...300, using: &random)))
        }
    }

    /// Most come again from where they were before; two share each line.
    private mutating func request() -> SimulatedRequest {
        let person = Int.random(in: 0..<Self.people, using: &random)
        let chance = Int.random(in: 0..<1_000, using: &random)
        let location = locations[person % locations.count]
        let kind: SimulatedRequest.Kind = chance < 880 ? .grant : chance < 998 ? .revokeUser : .revokeAddresses
        var request = SimulatedRequest(kind: kind, location: location)
        let line = chance % 10 == 0 ? person ^ 1 : person
        if kind != .revokeAddresses { request.user = "p\(person)" }
        if kind != .revokeUser { request.ranges = [line..<line + 1] }
        request.age = .seconds(Int.random(in: 0...1, using: &random))
        request.lasts = .seconds([3_600, 14_400, 28_800].randomElement(using: &random) ?? 3_600)
        return request
    }
}
