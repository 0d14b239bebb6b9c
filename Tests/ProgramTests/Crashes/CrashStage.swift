import Foundation
import Grants
import Kit
import Spool
import Testing

@testable import Entra
@testable import knocknoc_entra

/// The real worker on a real spool, turn by turn, with the clock and Graph in the test's hand.
///
/// Nothing is sent: the transport refuses plain HTTP, and the answers to what it refused are made up here.
final class CrashStage {
    var world: CrashWorld
    /// What a crash at each step would have left.
    var moments: [CrashWorld] = []
    private(set) var violations: [String] = []
    let path: String
    private let begin: Timestamp
    private let monotonicBegin: ContinuousClock.Instant
    private let transport: HTTPTransport
    private var worker: Worker?
    private var wake: ContinuousClock.Instant?
    var inFlight: [Exchange.ID: Set<String>] = [:]
    var syncedFiles: Set<String> = []

    init(_ world: CrashWorld, begin: Timestamp, monotonicBegin: ContinuousClock.Instant, transport: HTTPTransport)
        throws
    {
        self.world = world
        self.begin = begin
        self.monotonicBegin = monotonicBegin
        self.transport = transport
        path = try world.materialise()
    }

    deinit {
        worker = nil
        try? FileManager.default.removeItem(atPath: path)
    }

    var now: Moment { Moment(wall: begin + world.elapsed, monotonic: monotonicBegin + world.elapsed) }

    /// Plays to the end and until nothing is left to do; false where it never comes to rest.
    func play() throws -> Bool {
        try launch()
        let tape = CrashTape(root: path)
        tape.before = { [unowned self] step in before(step) }
        tape.after = { [unowned self] step in after(step) }
        return try CrashTape.$current.withValue(tape) {
            try worker?.start(at: now)
            while !world.events.isEmpty { try act() }
            world.tell("— calm —")
            for _ in 0..<600 {
                try work(answering: 1)
                if try isAtRest() { return true }
                world.elapsed +=
                    inFlight.isEmpty
                    ? min(max(wake.map { $0 - now.monotonic } ?? .zero, .milliseconds(50)), .seconds(5)) : .zero
            }
            return false
        }
    }

    /// What the ledger on disk says.
    func ledger() throws -> Ledger? {
        guard let worker else { return nil }
        return try LedgerStore(worker.spool).read("office", memory: .seconds(7 * 86_400))
    }

    func violate(_ text: String) {
        violations.append(text)
    }

    private func launch() throws {
        worker = nil
        inFlight = [:]
        world.elapsed += .milliseconds(3)
        let settings = try Self.settings(spool: path)
        let log = Log(settings: settings.log, isForJournald: false, now: { Timestamp(seconds: 0) })
        // Opening probes every folder; that changes nothing that a crash could bring back.
        let spool = try CrashTape.$current.withValue(nil) { try SpoolDirectory.open(at: path) }
        var (names, ids) = (world.random, 0)
        _ = world.random.next()
        worker = try Worker(
            WorkerParts(
                settings: settings, log: log, spool: spool, transport: transport, jitter: { 0.5 },
                random: { UInt16.random(in: 0...UInt16.max, using: &names) },
                newId: {
                    ids += 1
                    return "id-\(ids)"
                }), at: now)
    }

    private func act() throws {
        world.elapsed += .milliseconds(20)
        landLate(0.1)
        guard !isToWait, world.random.chance(0.3) else { return try work(answering: 0.6) }
        let event = world.events.removeFirst()
        world.tell("\(event)")
        switch event {
        case .drop(let number): try drop(world.items[number])
        case .retry(let number): try retry(number)
        case .clock(let step): world.elapsed += step
        case .refusals(let count): world.refusals = count
        case .losses(let count): world.losses = count
        case .room(let hasRoom): world.hasRoom = hasRoom
        case .silence(let isSilent): world.isSilent = isSilent
        case .settled, .sent: break
        case .orderlyStop:
            if world.random.chance(0.5) { try answer(1) }
            try worker?.stop(at: now)
            loseWhatIsUnderWay()
            try launch()
            try worker?.start(at: now)
        }
    }

    /// Whether the next event has to wait for the worker.
    private var isToWait: Bool {
        guard world.patience > 0 else { return false }
        let isReady =
            switch world.events.first {
            case .settled: world.disk.items.keys.allSatisfy { world.seen[$0] != nil }
            case .sent: !inFlight.isEmpty
            default: true
            }
        if !isReady { world.patience -= 1 }
        return !isReady
    }

    /// A turn, and some of the answers that are due.
    private func work(answering probability: Double) throws {
        worker?.intake.noteChange()
        wake = try worker?.turn(at: now, later: { now.monotonic })
        noteRequests()
        try answer(probability)
    }

    private func noteRequests() {
        guard let worker, let location = worker.locations["office"] else { return }
        for (id, purpose) in worker.scheduler.underWay where inFlight[id] == nil {
            guard case .location = purpose, case .write(let list, _, _) = location.underWay else { continue }
            let sent = Set(list.map(\.description))
            inFlight[id] = sent
            world.tell("PATCH \(sent.sorted()) leaves")
            if sent.isEmpty { violate("an empty list was sent") }
            let open = location.ledger.leases.values.flatMap(\.ranges).map(\.description)
            if !worker.storage.canRecord, !sent.subtracting(open + [CrashItem.sentinel]).isSubset(of: world.held) {
                violate("with a full disk \(sent.sorted()) was sent, while Graph held \(world.held.sorted())")
            }
        }
        _ = transport.wait(alsoFor: [], atMost: .zero)
    }

    private func answer(_ probability: Double) throws {
        guard let worker else { return }
        var completions: [Completion] = []
        for (id, purpose) in worker.scheduler.underWay where world.random.chance(probability) {
            if world.isSilent && inFlight[id] != nil { continue }
            let result: Result<HTTPReply, TransportFailure>
            switch purpose {
            case .token: result = .success(Self.token)
            case .keys, .groups: continue
            case .location:
                if let list = inFlight.removeValue(forKey: id) {
                    result = answerWrite(list)
                } else {
                    result = .success(Self.location)
                }
            }
            completions.append(Completion(id: id, result: result))
        }
        // Several answers that come together are committed in one go.
        try worker.receive(completions, at: now)
    }

    private func answerWrite(_ list: Set<String>) -> Result<HTTPReply, TransportFailure> {
        if world.losses > 0 {
            world.losses -= 1
            world.tell("no answer")
            world.late.append((list, world.elapsed + .seconds(50)))
            return .failure(TransportFailure(.timeout, .request, mayHaveTakenEffect: true))
        }
        if world.refusals > 0 {
            world.refusals -= 1
            world.tell("503")
            return .success(HTTPReply(status: 503))
        }
        world.tell("204")
        world.held = list
        return .success(HTTPReply(status: 204))
    }

    private func loseWhatIsUnderWay() {
        for list in inFlight.values { world.late.append((list, world.elapsed + .seconds(50))) }
        inFlight = [:]
    }

    private func landLate(_ probability: Double) {
        for (index, (list, until)) in world.late.enumerated().reversed()
        where until <= world.elapsed || world.random.chance(probability) {
            world.late.remove(at: index)
            guard world.random.chance(0.5) else { continue }
            world.tell("late PATCH \(list.sorted()) lands")
            world.held = list
        }
    }

    private func isAtRest() throws -> Bool {
        guard let worker, let location = worker.locations["office"] else { return false }
        guard worker.isDrained(at: now), inFlight.isEmpty, !location.needsWrite(at: now) else { return false }
        guard world.late.isEmpty else {
            landLate(0.2)
            return false
        }
        return location.secondWrite == .none
    }
}
