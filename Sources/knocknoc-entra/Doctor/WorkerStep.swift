import Grants
import Spool

/// Whether a worker runs on the spool, lives, and what it says of itself.
struct WorkerStep {
    let findings: Findings
    let now: Timestamp

    func run(_ path: String) {
        let view: SpoolView
        do throws(SpoolTrouble) {
            view = try SpoolView(path)
        } catch {
            return findings.skip([.spoolWorker, .workerAlive, .workerTroubles], "\(error)")
        }
        switch view.worker() {
        case .runs(let process): findings.ok(.spoolWorker, "a worker runs on it, process \(process)")
        case .unknown: findings.skip(.spoolWorker, "/proc/locks does not tell who holds work/")
        case .none:
            findings.warn(
                .spoolWorker, "no worker runs on it: nothing is granted, and nothing that ends leaves Entra",
                do: "Start it (`systemctl start knocknoc-entra`), unless it is meant to be down.")
            return findings.skip([.workerAlive, .workerTroubles], "no worker runs on it")
        }
        guard let document = StatusFile.read(view) else {
            return findings.skip([.workerAlive, .workerTroubles], "there is no status.json to read")
        }
        alive(document)
        let troubles = document.troubles
        if troubles.isEmpty {
            findings.ok(.workerTroubles, "it tells of none")
        } else {
            findings.warn(
                .workerTroubles, troubles.joined(separator: "; "), do: "`knocknoc-entra status` shows since when.")
        }
    }

    private func alive(_ document: StatusDocument) {
        let age = now - document.heartbeat
        if age <= StatusDocument.oldest {
            findings.ok(.workerAlive, "it wrote status.json \(max(0, age.components.seconds)) s ago")
        } else {
            findings.warn(
                .workerAlive, "it wrote status.json \(age.components.seconds) s ago and should every few seconds",
                do: "Its disk may be full or hang. Look at its log, then `systemctl restart knocknoc-entra`.")
        }
    }
}
