import FoundationEssentials
import Grants
import Linux
import Spool

/// Keeps `status.json` and `metrics.prom` up to date: within a second of a change, and as a heartbeat.
final class StatusBoard {
    private let life: LifeMark
    private var last: (document: StatusDocument, at: ContinuousClock.Instant)?
    private var lookedAt: ContinuousClock.Instant?
    /// The settings of before the last reload are still in force.
    var isReloadRefused = false

    /// The shortest time between two looks, and the longest between two writes.
    private static let pause = Duration.seconds(1)
    static let heartbeat = Duration.seconds(5)

    init(startedAt: Timestamp) {
        life = LifeMark(pid: ProcessInfo.processInfo.processIdentifier, startedAt: startedAt)
    }

    /// Writes if something changed or the heartbeat is due; the answer says when to come back for what was put off.
    func show(_ worker: Worker, wall: Timestamp, at now: Moment) -> Duration? {
        if let lookedAt, lookedAt + Self.pause > now.monotonic { return lookedAt + Self.pause - now.monotonic }
        lookedAt = now.monotonic
        var document = worker.status(life, at: now)
        document.heartbeat = wall
        document.isReloadRefused = isReloadRefused
        if let last, last.at + Self.heartbeat > now.monotonic, !document.differs(from: last.document) { return nil }
        last = (document, now.monotonic)
        write(document, worker, at: now)
        return nil
    }

    /// The last word of a process that ends in order.
    func close(_ worker: Worker, wall: Timestamp, at now: Moment) {
        var document = worker.status(life, at: now)
        document.heartbeat = wall
        document.state = .stopped
        write(document, worker, at: now)
    }

    private func write(_ document: StatusDocument, _ worker: Worker, at now: Moment) {
        let json = JSONWriter.text(isForPeople: true, document.write)
        let metrics = Array(Metrics.text(document, worker.reporter.counters).utf8)
        do throws(SystemError) {
            try worker.spool.root.publish("status.json", Array(json.utf8), mode: 0o640)
            if let path = worker.settings.metricsFile {
                try Folder.publish(path, metrics, mode: 0o644)
            } else {
                try worker.spool.root.publish("metrics.prom", metrics, mode: 0o644)
            }
            worker.alarms.clear(.status)
        } catch {
            // Where nothing can be recorded, that was told already, and it is more than this.
            guard worker.storage.canRecord else { return }
            worker.alarms.raise(.status, .warning, "status.unwritten", ["error": error.description], at: now)
        }
    }
}
