import Entra
import Grants
import Linux
import Spool

/// Makes verdicts durable, in the order that a crash at any point can bear.
///
/// A ledger that could be written is the commit point; whatever comes after it is finished sooner or later.
final class Recorder {
    /// A verdict whose ledger is durable and whose file is still in `work/`.
    struct Unfinished {
        let move: Settle.Move
        /// Nil for what the bytes alone decided.
        let location: String?
        var journalLine: [UInt8]
    }

    private let ledgers: LedgerStore
    private let accepted: AcceptedStore
    private let journal: Journal
    private let settle: Settle
    private let log: Log
    private(set) var unfinished: [Unfinished] = []
    /// Lines about what no file asked for, such as expiry.
    private var journalNotes: [UInt8] = []
    /// What this life has to write before anything else; on a disk that was full or read-only at the start it waits.
    private var owed: [() throws(SystemError) -> Void] = []
    /// Whether the present trouble was told; that of a disk that only lets the probe through was.
    private var hasTold = false
    /// Items that cannot be moved, as they were last told.
    private var stuck: Set<ClaimName> = []
    /// When moves that could not be made are tried again.
    private(set) var retryAt: ContinuousClock.Instant?
    /// Set while nothing can be written.
    private(set) var trouble: (error: SystemError, retryAt: ContinuousClock.Instant)?

    init(_ spool: SpoolDirectory, log: Log) {
        ledgers = LedgerStore(spool)
        accepted = AcceptedStore(spool)
        journal = Journal(spool, hash: { sha256($0) })
        settle = Settle(spool)
        self.log = log
    }

    var canRecord: Bool { trouble == nil }

    /// Begins with a step that has to come before any other that writes.
    func begin(at now: Moment, with step: @escaping () throws(SystemError) -> Void) throws(SystemError) {
        owed.append(step)
        _ = try attempt(at: now) {}
    }

    /// Step (a): removals, and the first ledger of a location, are durable before anything is sent.
    func record(_ changed: [Ledger], at now: Moment) throws(SystemError) -> Bool {
        guard !changed.isEmpty else { return try probe(at: now) }
        return try attempt(at: now) { () throws(SystemError) in try ledgers.write(changed) }
    }

    /// What was proved is on disk before it takes effect: as more lines, or all of it anew.
    func remember(_ proofs: Proofs, at now: Moment) throws(SystemError) -> Bool {
        try attempt(at: now) { () throws(SystemError) in
            switch proofs {
            case .more(let lines): try accepted.append(lines)
            case .all(let recorded): try accepted.replace(with: recorded)
            }
        }
    }

    enum Proofs {
        case more([UInt8])
        case all([UInt8])
    }

    /// Steps (c) to (g) for the batches of this turn; false where nothing could be recorded and all of it has to wait.
    func commit(_ changed: [Ledger], _ verdicts: [Unfinished], at now: Moment) throws(SystemError) -> Bool {
        guard !changed.isEmpty || !verdicts.isEmpty else { return true }
        let isCommitted = try attempt(at: now) { () throws(SystemError) in
            guard !changed.isEmpty else { return }
            try settle.syncWork()
            try ledgers.write(changed)
        }
        guard isCommitted else { return false }
        unfinished += verdicts
        return true
    }

    /// Verdicts committed by an earlier life, found at start.
    ///
    /// Moves that it made may not be on disk yet; they have to be before a ledger forgets their verdicts.
    func adopt(_ verdicts: [Unfinished], at now: Moment) throws(SystemError) {
        unfinished += verdicts
        try begin(at: now, with: settle.syncEverything)
    }

    func note(_ journalLine: [UInt8]) {
        journalNotes += journalLine
    }

    /// Steps (d) to (g) for all that is committed; returns what is now on disk for good.
    func finish(at now: Moment) throws(SystemError) -> [Unfinished] {
        guard !unfinished.isEmpty || !journalNotes.isEmpty, retryAt.map({ $0 <= now.monotonic }) ?? true else {
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
        retryAt = failures.isEmpty ? nil : now.monotonic + .seconds(1)
        if let (move, error) = failures.first(where: { !stuck.contains($0.0.claim) }) {
            log(
                .warning, "item.stuck",
                ["item": move.claim.item.description, "error": error.description, "items": String(failures.count)])
        }
        stuck = Set(failures.map(\.0.claim))
        if isDone { tellWell() }
        if isDone || !failures.isEmpty {
            let finished = unfinished.filter { !stuck.contains($0.move.claim) }
            unfinished = unfinished.filter { stuck.contains($0.move.claim) }
            return finished
        }
        return []
    }

    /// True at an orderly end, when every location is confirmed: the next start need not write them again.
    func markCleanStop(_ ledgers: [Ledger]) throws(SystemError) {
        try self.ledgers.write(ledgers)
        try self.ledgers.markCleanStop(ledgers.map(\.location))
    }

    /// While nothing could be written and nothing is to be written, somebody has to find out that it can be again.
    private func probe(at now: Moment) throws(SystemError) -> Bool {
        guard trouble != nil else { return true }
        return try attempt(at: now, isProbe: true) { () throws(SystemError) in try ledgers.probe() }
    }

    private func tellWell() {
        if hasTold { log(.notice, "spool.writable", [:]) }
        hasTold = false
    }

    /// Runs a step that writes; an fsync that failed is never repeated and ends the process.
    private func attempt(
        at now: Moment, isProbe: Bool = false, _ step: () throws(SystemError) -> Void
    ) throws(SystemError) -> Bool {
        if let trouble, trouble.retryAt > now.monotonic { return false }
        do throws(SystemError) {
            while let first = owed.first {
                try first()
                owed.removeFirst()
            }
            try step()
        } catch {
            if error.isFailedSync { throw error }
            if !hasTold {
                log(
                    .error, "spool.unwritable",
                    [
                        "error": error.description,
                        "consequence": "nothing is added or settled; removals are still sent; goes on by itself",
                    ])
            }
            hasTold = true
            trouble = (error, now.monotonic + .seconds(1))
            return false
        }
        trouble = nil
        if !isProbe && unfinished.isEmpty { tellWell() }
        return true
    }
}
