import Grants
import Linux
import Spool

/// What an earlier life left on disk, read before anything new is taken.
struct StartUp {
    private(set) var machines: [LocationMachine] = []
    /// Decisions of operators about lists that are written already.
    private(set) var decisions: [(String, Adoption)] = []
    /// The last process vouched for a list at Graph.
    private(set) var hasCleanStop = false
    private(set) var knownClaims: Set<ClaimName> = []
    private let storage: Storage
    private let spool: SpoolDirectory
    private let log: Log

    init(
        _ settings: Settings, _ storage: Storage, _ spool: SpoolDirectory, _ log: Log,
        _ former: [String: LocationMachine], at now: Moment
    ) throws(SystemError) {
        (self.storage, self.spool, self.log) = (storage, spool, log)
        if spool.isUnprobed { try storage.begin(with: .probe, at: now) }
        let known = try knownLedgers(settings, at: now)
        try storage.begin(with: .forgetCleanStop, at: now)
        // Reads for drift take at most a twentieth of what Entra allows, however many locations there are.
        let slowest = Duration.seconds(20 * Double(settings.locations.count) / settings.entra.requestsPerSecond)
        let fresh = DriftWatch(interval: max(settings.reconcileInterval, slowest), at: now.monotonic)
        for (name, location) in settings.locations {
            let former = former[name].flatMap {
                $0.ledger.id == location.policy.id ? $0.drift.continued(as: fresh) : nil
            }
            try read(location, settings, former ?? fresh, known)
        }
        let ids = Set(settings.locations.values.map(\.policy.id))
        for found in known.ledgers where !ids.contains(found.id) { try drain(found, settings, fresh) }
    }

    /// A ledger belongs to a named location, not to a name: whoever is in it leaves in time, also where the
    /// configuration does not know it any more, or uses its name for another one.
    private mutating func drain(
        _ found: LedgerStore.Location, _ settings: Settings, _ drift: DriftWatch
    ) throws(SystemError) {
        let name = settings.locations[found.name] == nil ? found.name : found.id
        let memory = Duration.seconds(7 * 86_400)
        var isDamaged = false
        var ledger = Ledger(location: found.name, id: found.id, memory: memory)
        do throws(SystemError) { ledger = try storage.ledgers.read(found, memory: memory) } catch {
            guard error.isDamage else { throw error }
            isDamaged = true
        }
        let policy = LocationPolicy(name: name, id: found.id, maxGrantDuration: memory, isDraining: true)
        let sentinel = ledger.sentinel ?? LocationSettings.usualSentinel
        var location = LocationSettings(policy: policy, sentinelRange: sentinel)
        location.pinnedRanges = ledger.kept.filter { $0 != sentinel }
        machines.append(
            LocationMachine(
                location, ledger, drift, retry: settings.retry, linger: settings.batch.linger, isPaused: isDamaged))
        log(
            .warning, "location.draining",
            [
                "location": name, "id": found.id, "leases": String(found.leases),
                "why": "it left the configuration: it takes no new grants, and goes on until nobody is left in it",
                "do": "flush it to end that at once; `knocknoc-entra forget \(name)` leaves its people in Entra",
            ])
    }

    /// What the database holds, or why a location's ledger cannot be used.
    private struct Known {
        var ledgers: [LedgerStore.Location] = []
        var troubles: [String: String] = [:]
    }

    /// Damage pauses what it concerns; any other failure ends the start, since it may pass.
    private mutating func knownLedgers(_ settings: Settings, at now: Moment) throws(SystemError) -> Known {
        var known = Known()
        do throws(SystemError) {
            for trouble in try storage.ledgers.importFormer(at: now.wall) {
                known.troubles[trouble.location] = trouble.reason
            }
            known.ledgers = try storage.ledgers.locations()
        } catch {
            guard error.isDamage else { throw error }
            for name in settings.locations.keys { known.troubles[name] = error.description }
        }
        return known
    }

    private mutating func read(
        _ location: LocationSettings, _ settings: Settings, _ drift: DriftWatch, _ known: Known
    ) throws(SystemError) {
        let (name, id) = (location.policy.name, location.policy.id)
        let memory = max(location.policy.maxGrantDuration, .seconds(7 * 86_400))
        var ledger = Ledger(location: name, id: id, memory: memory)
        var trouble = known.troubles[name]
        if let found = known.ledgers.first(where: { $0.id == id }) {
            do throws(SystemError) {
                ledger = try storage.ledgers.read(found, memory: memory)
            } catch {
                guard error.isDamage else { throw error }
                trouble = error.description
            }
        }
        if ledger.confirmation == .confirmed { hasCleanStop = true }
        let machine = LocationMachine(
            location, ledger, drift, retry: settings.retry, linger: settings.batch.linger, isPaused: trouble != nil)
        machines.append(machine)
        if let trouble {
            log(
                .error, "ledger.unreadable",
                [
                    "location": name, "error": trouble,
                    "consequence": "its requests wait in work/, and who has access there stays as it is",
                    "do": "`knocknoc-entra doctor` says more; never put an old copy in its place, which lets people in "
                        + "again whose access was revoked; move it aside (ledger.sqlite with its -wal and -shm), restart "
                        + "the service, and decide with `adopt` for each location",
                ])
        } else if machine.mayHaveSent, let decision = storage.ledgers.decision(name) {
            decisions.append((name, decision))
        }
    }

    /// Verdicts that a ledger holds are carried out; everything else in `work/` is to be judged again.
    mutating func recover(_ machines: [LocationMachine], at now: Moment) throws(SystemError) -> Recover.Findings {
        var settling: [ClaimName: Verdict] = [:]
        var owners: [ClaimName: String] = [:]
        for machine in machines {
            settling.merge(machine.ledger.settling) { first, _ in first }
            for claim in machine.ledger.settling.keys { owners[claim] = machine.name }
        }
        let findings = try Recover(spool).run(settling: settling)
        // At once where that is possible: a disk that is full may let names go, and `incoming/` would take a second one.
        do throws(SystemError) {
            try findings.removeDuplicates()
        } catch {
            if error.isFailedSync { throw error }
            try storage.begin(with: .removeDuplicates(findings), at: now)
        }
        for name in findings.strangers { log(.warning, "work.stranger", ["name": name]) }
        knownClaims = Set(settling.keys).union(findings.unjudged).union(findings.unfinished.map(\.0))
        try storage.adopt(
            findings.unfinished.map { claim, verdict in
                Storage.Unfinished(
                    move: Settle.Move(
                        claim: claim, verdict: verdict, why: Report.why(recovered: claim, verdict, at: now),
                        isRetry: true),
                    location: owners[claim],
                    journalLine: Report.journalLine(recovered: claim, verdict, at: now))
            }, at: now)
        return findings
    }

    /// Committed verdicts whose file has left `work/` already.
    func goneVerdicts(_ findings: Recover.Findings, _ machines: [LocationMachine]) -> [(String, [ClaimName])] {
        let unfinished = Set(findings.unfinished.map(\.0))
        return machines.map { ($0.name, $0.ledger.settling.keys.filter { !unfinished.contains($0) }) }
    }
}
