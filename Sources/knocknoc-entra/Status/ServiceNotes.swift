import FoundationEssentials
import Grants
import Linux
import Spool

/// Tells systemd how the worker does: ready, alive, reloading, stopping, and a line for `systemctl status`.
final class ServiceNotes {
    private let manager: ServiceManager
    private var isReady = false
    private var lastLine = ""
    private var aliveAt: ContinuousClock.Instant?

    init() {
        let process = ProcessInfo.processInfo
        manager = ServiceManager(environment: process.environment, pid: process.processIdentifier)
    }

    /// How long the loop may rest, so that the watchdog does not bite: half of its time is what
    /// sd_watchdog_enabled(3) asks for, a quarter leaves room for a turn that takes long.
    var longestRest: Duration? { manager.watchdog.map { $0 / 4 } }

    /// After every turn.
    func turned(_ worker: Worker, at now: Moment) {
        guard manager.isThere else { return }
        var words: [String] = []
        let line = Self.line(worker, at: now)
        if !isReady { words.append("READY=1") }
        if line != lastLine { words.append("STATUS=\(line)") }
        if let longestRest, aliveAt.map({ $0 + longestRest <= now.monotonic }) ?? true {
            words.append("WATCHDOG=1")
            aliveAt = now.monotonic
        }
        (isReady, lastLine) = (true, line)
        if !words.isEmpty { manager.tell(words) }
    }

    /// Type=notify-reload: READY=1 follows with the first turn by the new settings, or by the old where they are refused.
    func heard(_ signal: Signals.Kind) {
        switch signal {
        case .stop: stopping()
        case .reload:
            manager.tell(["RELOADING=1", "MONOTONIC_USEC=\(ServiceManager.monotonicMicroseconds)"])
            isReady = false
        }
    }

    func stopping() {
        manager.tell(["STOPPING=1", "STATUS=stopping in order"])
    }

    /// While answers are waited for, no turn tells that the process lives.
    func alive() {
        if manager.watchdog != nil { manager.tell(["WATCHDOG=1"]) }
    }

    /// What is wrong, else what waits.
    private static func line(_ worker: Worker, at now: Moment) -> String {
        let machines = worker.locations.all
        let trouble =
            worker.scheduler.tokens.trouble ?? worker.scheduler.graphTrouble
            ?? machines.lazy.compactMap(\.standing.trouble).first
        let leases = machines.reduce(0) { $0 + $1.ledger.leases.count }
        let overdue = machines.reduce(0) { $0 + $1.overdue(at: now.wall).count }
        var parts = ["\(worker.admission.itemsInMemory) waiting", "\(leases) leases"]
        if overdue > 0 { parts.insert("\(overdue) REMOVALS OVERDUE", at: 0) }
        let paused = machines.filter(\.isPaused).map(\.name)
        if !paused.isEmpty { parts.append("paused: \(paused.joined(separator: " "))") }
        if !worker.storage.canRecord { parts.append("nothing can be recorded") }
        if let trouble { parts.append("\(trouble.error.code) \(trouble.error.code.title)") }
        return parts.joined(separator: ", ")
    }
}
