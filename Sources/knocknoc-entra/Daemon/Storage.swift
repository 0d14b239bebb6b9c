import Entra
import Grants
import Linux
import Spool

/// Makes verdicts durable, in the order that a crash at any point can bear; the one owner of "can it be written".
///
/// A ledger that could be written is the commit point; what comes after it is finished sooner or later.
final class Storage {
    /// A verdict whose ledger is durable and whose file is still in `work/`.
    struct Unfinished {
        let move: Settle.Move
        /// Nil for what the bytes alone decided.
        let location: String?
        var journalLine: [UInt8]
    }

    /// What a life has to write before anything else; on a full or read-only disk it waits.
    enum StartStep {
        case probe
        case forgetCleanStop
        case removeDuplicates(Recover.Findings)
        /// Moves of an earlier life may not be on disk yet; they have to be before a ledger forgets their verdicts.
        case syncMoves
    }

    var ledgers: LedgerStore { spool.ledgers }
    let care: SpoolCare
    private let spool: SpoolDirectory
    private let journal: Journal
    private let settle: Settle
    private let log: Log
    private let alarms: Alarms
    private(set) var unfinished: [Unfinished] = []
    /// Refused by their bytes, or because their submitter was not proved: rejected before they reach a ledger.
    private(set) var rejected: [Outcome] = []
    /// Lines about what no file asked for, such as expiry.
    private var journalNotes: [UInt8] = []
    private var startSteps: [StartStep] = []
    /// Items that cannot be moved at the moment.
    private var stuck: Set<ClaimName> = []
    /// When moves that could not be made are tried again.
    private var movesRetryAt: ContinuousClock.Instant?
    /// Set while nothing can be written.
    private(set) var trouble: (error: SystemError, retryAt: ContinuousClock.Instant)?

    init(_ parts: WorkerParts, _ alarms: Alarms, at now: Moment) {
        spool = parts.spool
        journal = Journal(spool, hash: { sha256($0) })
        settle = Settle(spool)
        care = SpoolCare(parts, alarms, at: now)
        log = parts.log
        self.alarms = alarms
    }

    var canRecord: Bool { trouble == nil }

    /// Whether something can be recorded and there is room to add.
    var mayAdd: Bool { canRecord && !care.isShortOfRoom }

    /// Every verdict is where it belongs.
    var isDrained: Bool { rejected.isEmpty && unfinished.isEmpty }

    var wakeAt: ContinuousClock.Instant? {
        [trouble?.retryAt, movesRetryAt].compactMap(\.self).min()
    }

    func reject(_ outcome: Outcome) {
        rejected.append(outcome)
    }

    func note(_ journalLine: [UInt8]) {
        journalNotes += journalLine
    }

    /// Takes a step that has to come before any other write of this life.
    func begin(with step: StartStep, at now: Moment) throws(SystemError) {
        startSteps.append(step)
        _ = try attempt(at: now) {}
    }

    /// The ledger of a location that drains, once nobody is left in it.
    func drop(_ id: String, _ name: String, at now: Moment) throws(SystemError) -> Bool {
        try attempt(at: now) { () throws(SystemError) in try ledgers.drop(id, name) }
    }

    /// Where nothing else has been recorded for a while.
    func recordTime(at now: Moment) throws(SystemError) {
        _ = try attempt(at: now) { () throws(SystemError) in try ledgers.probe(at: now.wall) }
    }

    /// What was proved is on disk before it takes effect.
    func remember(_ proofs: AcceptedRequests.Change, at now: Moment) throws(SystemError) -> Bool {
        try attempt(at: now) { () throws(SystemError) in try ledgers.remember(proofs, at: now.wall) }
    }

    /// The commit point of these batches and of what was rejected; nil where nothing could be recorded.
    func commit(_ batches: [Batch], at now: Moment) throws(SystemError) -> [Outcome]? {
        guard !batches.isEmpty || !rejected.isEmpty else { return try probe(at: now) ? [] : nil }
        let isCommitted = try attempt(at: now) { () throws(SystemError) in
            guard !batches.isEmpty else { return }
            // A claim named in a ledger has to exist.
            if batches.contains(where: { !$0.outcomes.isEmpty }) { try settle.syncWork() }
            try ledgers.write(batches.map(\.change), at: now.wall)
        }
        guard isCommitted else { return nil }
        for batch in batches { unfinished += batch.outcomes.map { unfinished($0, batch.location, at: now) } }
        unfinished += rejected.map { unfinished($0, nil, at: now) }
        defer { rejected = [] }
        return batches.flatMap(\.outcomes) + rejected
    }

    /// Verdicts committed by an earlier life, found at start.
    func adopt(_ verdicts: [Unfinished], at now: Moment) throws(SystemError) {
        unfinished += verdicts
        try begin(with: .syncMoves, at: now)
    }

    /// Journal, notes, moves and their fsyncs for all that is committed; returns what is now on disk for good.
    func finish(at now: Moment) throws(SystemError) -> [Unfinished] {
        guard !unfinished.isEmpty || !journalNotes.isEmpty, movesRetryAt.map({ $0 <= now.monotonic }) ?? true else {
            return []
        }
        var failures: [(Settle.Move, SystemError)] = []
        let isDone = try attempt(at: now) { () throws(SystemError) in
            let lines = journalNotes + unfinished.flatMap(\.journalLine)
            try journal.append(lines, at: now.wall)
            journalNotes = []
            for index in unfinished.indices { unfinished[index].journalLine = [] }
            failures = try settle.settle(unfinished.map(\.move), at: now.wall)
            if let (_, error) = failures.first(where: { $0.1.isNoRoom }) { throw error }
        }
        movesRetryAt = failures.isEmpty ? nil : now.monotonic + .seconds(1)
        tellStuck(failures, at: now)
        if isDone { alarms.clear(.unwritable, "spool.writable") }
        guard isDone || !failures.isEmpty else { return [] }
        let finished = unfinished.filter { !stuck.contains($0.move.claim) }
        unfinished = unfinished.filter { stuck.contains($0.move.claim) }
        return finished
    }

    /// At an orderly end, when every location is confirmed: the next start need not write them again.
    func markCleanStop(_ batches: [Batch], at now: Moment) throws(SystemError) {
        guard canRecord, unfinished.isEmpty else { return }
        do throws(SystemError) {
            try ledgers.markCleanStop(batches.map(\.change), at: now.wall)
        } catch {
            if error.isFailedSync { throw error }
            log(.warning, "stop.unmarked", ["error": error.description])
        }
    }

    private func unfinished(_ outcome: Outcome, _ location: String?, at now: Moment) -> Unfinished {
        Unfinished(
            move: Settle.Move(
                claim: outcome.claim, verdict: outcome.verdict, why: Report.why(outcome, at: now),
                isRetry: outcome.isRetry),
            location: location, journalLine: Report.journalLine(outcome, at: now))
    }

    private func tellStuck(_ failures: [(move: Settle.Move, error: SystemError)], at now: Moment) {
        if let new = failures.first(where: { !stuck.contains($0.move.claim) }) {
            alarms.clear(.stuck)
            alarms.raise(
                .stuck, .warning, "item.stuck",
                [
                    "item": new.move.claim.item.description, "error": new.error.description,
                    "items": String(failures.count),
                ], at: now)
        }
        stuck = Set(failures.map(\.move.claim))
        if stuck.isEmpty { alarms.clear(.stuck) }
    }

    /// While nothing can be written and nothing is to be written, it has to be found out when it can be again.
    private func probe(at now: Moment) throws(SystemError) -> Bool {
        guard trouble != nil else { return true }
        return try attempt(at: now, isProbe: true) { () throws(SystemError) in try ledgers.probe(at: now.wall) }
    }

    /// Runs a step that writes; an fsync that failed is never repeated and ends the process.
    private func attempt(
        at now: Moment, isProbe: Bool = false, _ step: () throws(SystemError) -> Void
    ) throws(SystemError) -> Bool {
        if let trouble, trouble.retryAt > now.monotonic { return false }
        do throws(SystemError) {
            try takeStartSteps(at: now.wall)
            try step()
        } catch {
            if error.isFailedSync { throw error }
            alarms.raise(
                .unwritable, .error, "spool.unwritable",
                [
                    "error": error.description,
                    "consequence": "nothing is added or settled; removals are still sent; goes on by itself",
                ], at: now)
            trouble = (error, now.monotonic + .seconds(1))
            return false
        }
        trouble = nil
        // A full disk may have room for the probe alone.
        if !isProbe && unfinished.isEmpty { alarms.clear(.unwritable, "spool.writable") }
        return true
    }

    private func takeStartSteps(at now: Timestamp) throws(SystemError) {
        while let step = startSteps.first {
            switch step {
            case .probe: try spool.probe()
            case .forgetCleanStop: try ledgers.forgetCleanStop(at: now)
            case .removeDuplicates(let findings): try findings.removeDuplicates()
            case .syncMoves: try settle.syncEverything()
            }
            startSteps.removeFirst()
        }
    }
}
