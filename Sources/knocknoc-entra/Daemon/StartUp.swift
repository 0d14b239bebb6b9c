import Grants
import Linux
import Spool

/// What an earlier life left on disk, read before anything new is taken.
struct StartUp {
    private(set) var machines: [LocationMachine] = []
    /// Decisions of operators about lists that are written already.
    private(set) var decisions: [(String, Adoption)] = []
    /// Ledgers whose location left the configuration: their people are still in Entra.
    private(set) var forsaken: [String] = []
    /// Locations that the last process vouched for.
    let confirmed: Set<String>
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
        confirmed = storage.ledgers.cleanStop()
        try storage.begin(with: .forgetCleanStop, at: now)
        // Reads for drift take at most a twentieth of what Entra allows, however many locations there are.
        let slowest = Duration.seconds(20 * Double(settings.locations.count) / settings.entra.requestsPerSecond)
        let fresh = DriftWatch(interval: max(settings.reconcileInterval, slowest), at: now.monotonic)
        for (name, location) in settings.locations {
            let known = former[name].flatMap {
                $0.ledger.id == location.policy.id ? $0.drift.continued(as: fresh) : nil
            }
            read(name, location, settings, known ?? fresh)
        }
        try readForsaken(settings)
    }

    private mutating func read(
        _ name: String, _ location: LocationSettings, _ settings: Settings, _ drift: DriftWatch
    ) {
        let memory = max(location.policy.maxGrantDuration, .seconds(7 * 86_400))
        let empty = Ledger(location: name, id: location.policy.id, memory: memory)
        func machine(_ ledger: Ledger, isPaused: Bool = false) -> LocationMachine {
            LocationMachine(
                location, ledger, drift, retry: settings.retry, linger: settings.batch.linger,
                isConfirmed: confirmed.contains(name), isPaused: isPaused)
        }
        do throws(LedgerTrouble) {
            let found = try storage.ledgers.read(name, memory: memory)
            if let found, found.id != location.policy.id { throw .otherId(name, found.id, location.policy.id) }
            let machine = machine(found ?? empty)
            machines.append(machine)
            if machine.mayHaveSent, let decision = storage.ledgers.decision(name) { decisions.append((name, decision)) }
        } catch {
            machines.append(machine(empty, isPaused: true))
            log(
                .error, "ledger.unreadable",
                [
                    "location": name, "error": error.description,
                    "consequence": "its requests wait in work/, and who has access there stays as it is",
                    "do": "restore ledger/\(name).json from a backup, or move it aside, then restart the service",
                ])
        }
    }

    private mutating func readForsaken(_ settings: Settings) throws(SystemError) {
        for name in try storage.ledgers.locations() where settings.locations[name] == nil {
            forsaken.append(name)
            let ledger = try? storage.ledgers.read(name, memory: .zero)
            log(
                .error, "ledger.forsaken",
                [
                    "location": name, "leases": ledger.map { String($0.leases.count) },
                    "do": "put the location back and flush it, then take it out; or `knocknoc-entra forget \(name)`",
                ])
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

extension LedgerTrouble {
    fileprivate static func otherId(_ location: String, _ found: String, _ configured: String) -> LedgerTrouble {
        LedgerTrouble(
            location: location,
            reason:
                "it belongs to the named location \(found), but the configuration says \(configured); put the old id "
                + "back, or, if nobody is to keep access there, empty the old location in Entra and move the ledger aside"
        )
    }
}
