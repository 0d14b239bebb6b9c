import Grants
import Linux
import Spool

/// Looks after the spool beside the work: room, that it is still there, and what may be thrown away.
final class SpoolCare {
    private let spool: SpoolDirectory
    private let health: SpoolHealth
    private let retention: Retention
    private let log: Log
    private var nextLook: ContinuousClock.Instant
    private var nextSweep: ContinuousClock.Instant
    private let alarms: Alarms
    private var trouble: SpoolHealth.Trouble?
    private var unusable: Set<String> = []

    init(_ parts: WorkerParts, _ alarms: Alarms, at now: Moment) {
        spool = parts.spool
        health = SpoolHealth(parts.spool)
        let days = parts.settings.retention
        retention = Retention(
            parts.spool,
            limits: .init(
                done: .seconds(days.doneDays * 86_400), journal: .seconds(days.journalDays * 86_400)),
            startedAt: now.wall, now.monotonic)
        log = parts.log
        self.alarms = alarms
        nextLook = now.monotonic
        nextSweep = now.monotonic + .seconds(60)
    }

    /// Few bytes or inodes are left: nothing is added, removals go on.
    var isShortOfRoom: Bool { trouble?.isShortage ?? false }

    /// Why the spool that was opened is no longer the one at its path; the worker must not go on.
    var loss: SpoolHealth.Trouble? {
        switch trouble {
        case .replaced, .noMarker: trouble
        case .tooFewBytes, .tooFewInodes, .unknown, nil: nil
        }
    }

    func look(at now: Moment) {
        if now.monotonic >= nextLook {
            nextLook = now.monotonic + .seconds(5)
            makeMissing()
            note(health.check().trouble, at: now)
            tellUnusable(at: now)
        }
        if now.monotonic >= nextSweep { sweep(at: now) }
    }

    private func note(_ found: SpoolHealth.Trouble?, at now: Moment) {
        trouble = found
        guard let found else { return alarms.clear(.spool, "spool.well") }
        alarms.raise(
            .spool, .error, "spool.trouble",
            [
                "error": "\(found)",
                "consequence": found.isShortage ? "nothing is added; removals go on" : "the worker stops",
            ], at: now)
    }

    private func makeMissing() {
        guard let made = try? spool.makeMissing(), !made.isEmpty else { return }
        log(
            .warning, "folder.made",
            ["folders": made.joined(separator: " "), "why": "somebody had removed them; what was in them is gone"])
    }

    private func tellUnusable(at now: Moment) {
        for path in unusable.subtracting(spool.unusable.keys) { alarms.clear(.folder(path)) }
        unusable = Set(spool.unusable.keys)
        for (path, error) in spool.unusable.sorted(by: { $0.key < $1.key }) {
            alarms.raise(
                .folder(path), .warning, "folder.unusable",
                [
                    "folder": path, "error": error.description,
                    "consequence": "what belongs there waits in work/; it is used as soon as it can be",
                ], at: now)
        }
    }

    private func sweep(at now: Moment) {
        nextSweep = now.monotonic + .seconds(3_600)
        do throws(SystemError) {
            let pass = try retention.run(at: now.wall, now.monotonic)
            if pass.hasMore { nextSweep = now.monotonic + .seconds(1) }
            if let refusal = pass.refusal { log(.warning, "retention.refused", ["reason": "\(refusal)"]) }
            if !pass.daysRemoved.isEmpty {
                log(.info, "retention.removed", ["days": pass.daysRemoved.joined(separator: " ")])
            }
        } catch {
            log(.warning, "retention.failed", ["error": error.description])
        }
    }
}
