import Foundation
import Grants
import Kit
import Spool
import Testing

@testable import Entra
@testable import knocknoc_entra

/// The worker in this process against the real emulator, with a clock that can be set forward: for what takes minutes.
final class Stage {
    let ground: Playground
    let emulator: EmulatorProgram
    private var life: Worker?
    private var skipped = Duration.zero
    private var jumped = Duration.zero

    init(_ change: (inout Playground.Options) -> Void = { _ in }) throws {
        (ground, emulator) = try Playground.configured(change)
        #expect(try ground.run("init").status == 0)
        try begin()
    }

    /// Ends as by `kill -9`, and begins anew on what lies on the disk.
    func crash() throws {
        life = nil
        try begin()
    }

    private func begin() throws {
        let settings = try Settings.read(
            ground.folder.appendingPathComponent("config.json5").path, now: Clock.system.wall()
        ).settings
        let transport = try HTTPTransport(TransportOptions(userAgent: "test", allowPlainHTTPOnLoopback: true))
        let worker = try Worker(
            WorkerParts(
                settings: settings, log: Log(settings: settings.log, isForJournald: false, now: Clock.system.wall),
                spool: try SpoolDirectory.open(at: settings.spool), transport: transport, jitter: { 0.5 },
                random: { UInt16.random(in: 0...UInt16.max) }, newId: { UUID().uuidString.lowercased() }),
            at: now)
        // The emulator does not live in this time.
        worker.clock.hear(now.wall, at: now)
        try worker.start(at: now)
        life = worker
    }

    /// Both clocks are set forward alike, as if the worker had slept.
    func pass(_ time: Duration) {
        skipped += time
    }

    /// The wall clock alone is set.
    func jump(_ time: Duration) {
        jumped += time
    }

    /// As the worker lives by it.
    private var now: Moment {
        let now = Clock.system.now
        let moment = Moment(wall: now.wall + skipped + jumped, monotonic: now.monotonic + skipped)
        return life?.clock.guarded(moment) ?? moment
    }

    var inHand: Int { life?.admission.itemsInMemory ?? 0 }

    /// How long the worker would sleep after its last turn.
    var rest: Duration { max(wake.map { $0 - now.monotonic } ?? .seconds(5), .zero) }
    private var wake: ContinuousClock.Instant?

    /// Works until something is so.
    func work(
        until what: String, within seconds: Double = 60, sourceLocation: SourceLocation = #_sourceLocation,
        _ condition: () async throws -> Bool
    ) async throws {
        try await reached(what, within: seconds, every: .zero, sourceLocation: sourceLocation) {
            for _ in 0..<20 { try turn() }
            return try await condition()
        }
    }

    private func turn() throws {
        let worker = try #require(life)
        worker.intake.noteChange()
        wake = try worker.turn(at: now, later: { now.monotonic })
        try worker.receive(worker.scheduler.transport.wait(alsoFor: [], atMost: .milliseconds(1)), at: now)
    }

    func settle(_ name: String, in verdict: String) async throws {
        try await work(until: "\(name) ends in \(verdict)") { ground.verdict(name) != nil }
        #expect(ground.verdict(name) == verdict)
    }

    /// How often something was asked of the emulator.
    func count(_ kind: String) async throws -> Int { try await emulator.count(kind) }
}
