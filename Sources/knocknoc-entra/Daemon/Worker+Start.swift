import Grants
import Linux
import Spool

extension Worker {
    /// Reads the ledgers and sorts out what an earlier life left, before anything new is taken.
    func start(at now: Moment) throws(SystemError) {
        if spool.isUnprobed { try recorder.begin(at: now, with: spool.probe) }
        let confirmed = store.cleanStop()
        try recorder.begin(at: now, with: store.forgetCleanStop)
        try readLedgers(confirmed: confirmed, at: now)
        try reportForsaken()
        let findings = try Recover(spool).run(settling: settling())
        try recorder.begin(at: now, with: findings.removeDuplicates)
        try adopt(findings, at: now)
        try finishCommitted(at: now)
        readAccepted(at: now)
        try judgeAgain(findings.unjudged, at: now)
        if !unseen.isEmpty { lookAgainAt = now.monotonic }
        log(
            .info, "started",
            [
                "locations": String(locations.count), "clean_stop": String(!confirmed.isEmpty),
                "finished": String(findings.unfinished.count), "judged_again": String(findings.unjudged.count),
                "leases": String(locations.values.reduce(0) { $0 + $1.ledger.leases.count }),
            ])
    }

    private func readLedgers(confirmed: Set<String>, at now: Moment) throws(SystemError) {
        // Reads for drift take at most a twentieth of what Entra allows, however many locations there are.
        let slowest = Duration.seconds(20 * Double(settings.locations.count) / settings.entra.requestsPerSecond)
        let drift = DriftWatch(interval: max(settings.reconcileInterval, slowest), at: now.monotonic)
        for (name, settings) in self.settings.locations {
            let memory = max(settings.policy.maxGrantDuration, .seconds(7 * 86_400))
            do throws(LedgerTrouble) {
                let found = try store.read(name, memory: memory)
                if let found, found.id != settings.policy.id {
                    throw LedgerTrouble(
                        location: name,
                        reason: "it belongs to the named location \(found.id), but the configuration says "
                            + "\(settings.policy.id); put the old id back, or, if nobody is to keep access there, empty "
                            + "the old location in Entra and move the ledger aside")
                }
                let state = LocationState(
                    settings, ledger: found ?? Ledger(location: name, id: settings.policy.id, memory: memory),
                    drift: self.drift(of: name, settings.policy.id, freshly: drift))
                if state.mayHaveSent && !confirmed.contains(name) {
                    state.ledger.confirmation = .unconfirmed
                    state.owesSecondWrite = true
                }
                if state.mayHaveSent { takeLateDecision(for: state, at: now) }
                locations[name] = state
            } catch {
                let empty = LocationState(
                    settings, ledger: Ledger(location: name, id: settings.policy.id, memory: memory), drift: drift)
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

    private func drift(of name: String, _ id: String, freshly: DriftWatch) -> DriftWatch {
        guard let inherited = inheritedDrift[name], inherited.id == id else { return freshly }
        return inherited.drift.continued(as: freshly)
    }

    /// Ledgers whose location left the configuration: their people are still in Entra, and nobody will remove them.
    private func reportForsaken() throws(SystemError) {
        for name in try store.locations() where locations[name] == nil {
            forsaken.append(name)
            let ledger = try? store.read(name, memory: .zero)
            log(
                .error, "ledger.forsaken",
                [
                    "location": name, "leases": ledger.map { String($0.leases.count) },
                    "do": "put the location back and flush it, then take it out; or `knocknoc-entra forget \(name)`",
                ])
        }
    }

    private func settling() -> [ClaimName: Verdict] {
        var all: [ClaimName: Verdict] = [:]
        for location in locations.values { all.merge(location.ledger.settling) { first, _ in first } }
        return all
    }

    /// Verdicts that a ledger holds are carried out; entries whose file has left `work/` already are dropped.
    private func adopt(_ findings: Recover.Findings, at now: Moment) throws(SystemError) {
        for name in findings.strangers { log(.warning, "work.stranger", ["name": name]) }
        let unfinished = Set(findings.unfinished.map(\.0))
        let known = unfinished.union(findings.unjudged).union(settling().keys)
        lastClaimNumber = known.reduce(lastClaimNumber) { max($0, $1.number) }
        var owners: [ClaimName: String] = [:]
        for location in locations.values {
            location.ledger.settling = location.ledger.settling.filter { unfinished.contains($0.key) }
            for claim in location.ledger.settling.keys { owners[claim] = location.name }
        }
        try recorder.adopt(
            findings.unfinished.map { claim, verdict in
                Recorder.Unfinished(
                    move: Settle.Move(
                        claim: claim, verdict: verdict, why: Report.why(recovered: claim, verdict, at: now),
                        isRetry: true),
                    location: owners[claim],
                    journalLine: Report.journalLine(recovered: claim, verdict, at: now))
            }, at: now)
    }
}
