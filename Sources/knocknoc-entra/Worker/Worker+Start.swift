import GrantCore
import Spool

extension Worker {
    /// Reads the ledgers and sorts out what an earlier life left, before anything new is taken.
    func start(at now: Moment) throws(SystemError) {
        let store = LedgerStore(spool)
        let wasClean = try store.takeCleanStop()
        try readLedgers(store, wasClean: wasClean)
        let findings = try Recover(spool).run(settling: settling())
        adopt(findings, at: now)
        try finishCommitted(at: now)
        try takeAgain(findings.unjudged, at: now)
        log(
            .info, "started",
            [
                "locations": String(locations.count), "clean_stop": String(wasClean),
                "finished": String(findings.unfinished.count), "judged_again": String(findings.unjudged.count),
                "leases": String(locations.values.reduce(0) { $0 + $1.ledger.leases.count }),
            ])
    }

    private func readLedgers(_ store: LedgerStore, wasClean: Bool) throws(SystemError) {
        for (name, settings) in self.settings.locations {
            let memory = max(settings.policy.maxGrantDuration, .seconds(7 * 86_400))
            do throws(LedgerTrouble) {
                let found = try store.read(name, memory: memory)
                let state = LocationState(
                    settings, ledger: found ?? Ledger(location: name, id: settings.policy.id, memory: memory))
                if state.mayHaveSent && !wasClean {
                    state.ledger.confirmation = .unconfirmed
                    state.owesSecondWrite = true
                }
                locations[name] = state
            } catch {
                let empty = LocationState(
                    settings, ledger: Ledger(location: name, id: settings.policy.id, memory: memory))
                empty.isPaused = true
                locations[name] = empty
                log(
                    .error, "ledger.unreadable",
                    [
                        "location": name, "error": error.description,
                        "consequence": "its requests wait in work/, and who has access there stays as it is",
                        "do": "restore ledger/\(name).json from a backup, or move it aside, then restart the service",
                    ])
            }
        }
    }

    private func settling() -> [ClaimName: Verdict] {
        var all: [ClaimName: Verdict] = [:]
        for location in locations.values { all.merge(location.ledger.settling) { first, _ in first } }
        return all
    }

    /// Verdicts that a ledger holds are carried out; entries whose file has left `work/` already are dropped.
    private func adopt(_ findings: Recover.Findings, at now: Moment) {
        for name in findings.strangers { log(.warning, "work.stranger", ["name": name]) }
        let unfinished = Set(findings.unfinished.map(\.0))
        var owners: [ClaimName: String] = [:]
        for location in locations.values {
            location.ledger.settling = location.ledger.settling.filter { unfinished.contains($0.key) }
            for claim in location.ledger.settling.keys { owners[claim] = location.name }
        }
        recorder.adopt(
            findings.unfinished.map { claim, verdict in
                Recorder.Unfinished(
                    move: Settle.Move(claim: claim, verdict: verdict, why: nil, isRetry: true), location: owners[claim],
                    journalLine: Report.journalLine(recovered: claim, verdict, at: now))
            })
    }
}
