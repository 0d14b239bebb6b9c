import Entra
import Grants
import Linux
import Spool

@testable import knocknoc_entra

/// The worker of one process in a simulated world: the one place that knows how a worker is driven.
final class SimulatedLife {
    let process: DiskSession
    private(set) var connections: GraphSession
    private let world: World
    private let spool: SpoolDirectory
    private var worker: Worker
    private var wakeAt: ContinuousClock.Instant?

    /// Starts as the program does; throws what would end it.
    init(in world: World) throws {
        self.world = world
        process = DiskSession(world.disk)
        connections = world.connections(of: process)
        spool = try SpoolDirectory.open(at: World.path, on: process)
        worker = try Worker(Self.parts(world, spool, connections), at: world.moment)
        try worker.start(at: worker.clock.guarded(world.moment))
    }

    private var now: Moment { worker.clock.guarded(world.moment) }

    func turn() throws(SystemError) {
        wakeAt = try worker.turn(at: now, later: { world.clock.monotonic })
    }

    var hasLostSpool: Bool { worker.storage.care.loss != nil }

    /// How long it would sleep now.
    var rest: Duration {
        let idle = world.clock.monotonic + world.idle
        return max(min(wakeAt ?? idle, idle) - world.clock.monotonic, .zero)
    }

    var isDrained: Bool { worker.isDrained(at: now) }

    /// Something happened in `incoming/`.
    func look() { worker.intake.noteChange() }

    /// Takes the answers that have come.
    func receive() throws(SystemError) {
        let completions = connections.wait(alsoFor: [], atMost: .zero)
        for completion in completions {
            if case .success(let reply) = completion.result, let date = reply.date {
                worker.clock.hear(date, at: world.moment)
            }
        }
        try worker.receive(completions, at: now)
    }

    var awaitsAnswer: Bool { worker.scheduler.isAnswerDue }

    func stop() throws(SystemError) {
        try worker.stop(at: now)
    }

    /// What SIGHUP does, once the answers under way have come.
    func reload() throws(SystemError) {
        try worker.stop(at: now)
        connections = world.connections(of: process)
        worker = try Worker(Self.parts(world, spool, connections), after: worker, at: world.moment)
        try worker.start(at: now)
    }

    private static func parts(_ world: World, _ spool: SpoolDirectory, _ connections: GraphSession) -> WorkerParts {
        let random = world.namesOfLife()
        let tape = world.tape
        let log = Log(
            settings: LogSettings(level: .notice), isForJournald: true, now: { Timestamp(seconds: 0) },
            write: { tape.log($0) })
        return WorkerParts(
            settings: settings(world), log: log, spool: spool, transport: connections,
            jitter: { Double(random() % 1_000) / 1_000 }, random: { UInt16(truncatingIfNeeded: random()) },
            newId: { "id-\(random())" })
    }

    private static func settings(_ world: World) -> Settings {
        let id = "aaaaaaaa-0000-4000-8000-000000000001"
        let entra = EntraSettings(
            tenantId: id, clientId: id, credential: .secret { () throws(Failure) in Secret("x") },
            authority: "https://login.example", graph: "https://graph.example")
        var locations: [String: LocationSettings] = [:]
        for (name, id) in world.ids {
            let policy = LocationPolicy(name: name, id: id, maxGrantDuration: .seconds(86_400))
            locations[name] = LocationSettings(policy: policy, sentinelRange: world.sentinel)
        }
        return Settings(spool: World.path, entra: entra, locations: locations, reconcileInterval: world.looks)
    }
}
