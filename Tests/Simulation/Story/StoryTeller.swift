import Glibc
import Kit

/// Makes up stories from a seed.
struct StoryTeller {
    static let locations = ["office", "lab"]

    let seed: UInt64
    private let theme: Theme?
    var random: SeededRandom
    /// What this story is about, so that some have no faults of one kind at all.
    private let hasGraphFaults: Bool
    private let hasDiskFaults: Bool
    private let hasOperators: Bool

    init(seed: UInt64, about theme: Theme? = nil) {
        (self.seed, self.theme) = (seed, theme)
        random = SeededRandom(seed: seed &* 0x9E37_79B9_7F4A_7C15)
        hasGraphFaults = Int.random(in: 0..<4, using: &random) > 0
        hasDiskFaults = Int.random(in: 0..<3, using: &random) == 0
        hasOperators = Bool.random(using: &random)
    }

    /// A short one, with a crash at least.
    mutating func short() -> Story {
        if let theme { return story(about: theme) }
        if seed % 8 == 0 { return story(about: pick(Theme.held)) }
        var events: [Story.Event] = []
        for _ in 0..<Int.random(in: 3...7, using: &random) { events.append(.drop(request())) }
        for _ in 0..<Int.random(in: 1...2, using: &random) { mix(death(), into: &events) }
        if hasGraphFaults { for _ in 0..<Int.random(in: 1...3, using: &random) { mix(graphFault(), into: &events) } }
        if hasDiskFaults { mix(diskFault(), into: &events) }
        if hasOperators { for _ in 0..<2 { mix(operatorsDeed(), into: &events) } }
        if chance(0.3) { mix(chance(0.5) ? .reload : .stop(away: pause(upTo: 100)), into: &events) }
        if chance(0.15) { mix(.handEdit(location: Self.locations[0], adds: chance(0.7)), into: &events) }
        if chance(0.15) {
            // Never ahead: what is written then is believed by the next life, and ends its leases (waits for faults A1).
            let error = Duration.seconds(-Int.random(in: 61...200_000, using: &random))
            mix(.clock(error: error, lasting: pause(upTo: 500)), into: &events)
        }
        if chance(0.3) { mix(.rest, into: &events) }
        return story(events)
    }

    mutating func story(_ events: [Story.Event]) -> Story {
        let steps = events.enumerated().map { Story.Step(number: $0.offset, pause: interval(), event: $0.element) }
        return Story(seed: seed, theme: theme, steps: steps)
    }

    private mutating func mix(_ event: Story.Event, into events: inout [Story.Event]) {
        events.insert(event, at: Int.random(in: 0...events.count, using: &random))
    }

    private mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &random) < probability
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &random)]
    }

    private mutating func pause(upTo seconds: Int) -> Duration {
        .milliseconds(Int.random(in: 0...seconds * 1_000, using: &random))
    }

    private mutating func interval() -> Duration {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<4: .zero
        case 4..<7: pause(upTo: 1)
        case 7..<9: pause(upTo: 40)
        default: pause(upTo: 1_200)
        }
    }

    mutating func death() -> Story.Event {
        let kind: DiskPlan.Death = chance(0.5) ? .kill : .powerCut
        if chance(0.3) {
            return .deathAtList(kind, lands: chance(0.4) ? .zero : pause(upTo: 45), away: pause(upTo: 20))
        }
        let calls = chance(0.2) ? 0 : Int.random(in: 1...pick([15, 60, 200]), using: &random)
        return .death(kind, after: calls, away: pause(upTo: chance(0.2) ? 2_000 : 5))
    }

    mutating func request() -> SimulatedRequest {
        let kinds: [SimulatedRequest.Kind] = [
            .grant, .grant, .grant, .grant, .grant, .grant, .revokeId, .revokeUser, .revokeUsersAddresses,
            .revokeAddresses,
        ]
        let kind: SimulatedRequest.Kind = chance(0.04) ? .nonsense : chance(0.04) ? .flush : pick(kinds)
        var request = SimulatedRequest(kind: kind, location: chance(0.8) ? "office" : "lab")
        let someone = pick(["alice", "Alice", "bob"])
        switch kind {
        case .grant:
            if chance(0.4) { request.grantId = pick(["k1", "k2"]) }
            if chance(0.7) { request.user = someone }
            request.lasts = pick([.seconds(30), .seconds(1_000), .seconds(7_200), .seconds(40_000)])
        case .revokeId: request.grantId = pick(["k1", "k2"])
        case .revokeUser, .revokeUsersAddresses: request.user = someone
        case .revokeAddresses, .flush, .nonsense: break
        }
        if [.grant, .revokeUsersAddresses, .revokeAddresses].contains(kind) {
            for _ in 0..<(chance(0.3) ? 2 : 1) { request.ranges.append(range()) }
        }
        // Whole seconds out of a few, so that many meet at the same instant; arrival has nothing to do with it.
        request.saysWhen = chance(0.8)
        request.age = request.saysWhen ? .seconds(pick([0, 1, 1, 2, 5, 60])) : .zero
        if kind == .grant, chance(0.08) {
            // An id of its own: with the key of a present lease it would end that one at once (waits for faults B9).
            request.grantId = "later-\(Int.random(in: 0..<1_000_000, using: &random))"
            request.startsAfter = .seconds(pick([10, 100, 600]))
            request.lasts = .seconds(7_200)
        }
        return request
    }

    private mutating func range() -> Range<Int> {
        let number = Int.random(in: 0..<6, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return number / 2 * 2..<number / 2 * 2 + 2
        case 1: return 1_001 + number..<1_002 + number
        default: return number..<number + 1
        }
    }

    mutating func graphFault() -> Story.Event {
        if chance(0.06) { return .revokeTokens }
        let late = Duration.milliseconds(Int.random(in: 100...50_000, using: &random))
        let effect: GraphFault.Effect = pick([.none, .atOnce, .late(late)])
        let status = pick([401, 403, 404, 408, 409, 412, 423, 429, 429, 500, 502, 503, 504, 507])
        let wait = status == 429 && chance(0.6) ? Int.random(in: 1...60, using: &random) : nil
        let isAmbiguous = status >= 500 || status == 408
        let actions: [GraphFault.Action] = [
            .status(status, retryAfter: wait, isAmbiguous ? effect : .none),
            .status(status, retryAfter: wait, isAmbiguous ? effect : .none), .silence(effect), .reset(effect),
            .unreachable, .page, .slow(late / 3), .stale,
        ]
        let action = pick(actions)
        let target: GraphFault.Target = chance(0.7) ? .patch : pick([.token, .get, .any])
        let times = pick([1, 1, 2, 3, 8, 40])
        return .graph(GraphFault(target: target, times: times, action: action))
    }

    mutating func diskFault() -> Story.Event {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: .full(true)
        case 1: .readOnly(true)
        default:
            .disk(
                DiskPlan.Fault(
                    code: pick([EIO, ENOSPC, EDQUOT, EROFS, EACCES, EMFILE, EXDEV, ESTALE]),
                    after: Int.random(in: 0...40, using: &random), times: pick([1, 1, 2, 20])))
        }
    }

    mutating func operatorsDeed() -> Story.Event {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: .discard
        case 1:
            {
                var mended = request()
                while mended.kind == .nonsense { mended = request() }
                return .edit(mended)
            }()
        case 2: .retry(.withNotes)
        case 3: .retry(.folder)
        default: .retry(.item(nil))
        }
    }
}
