import Grants

/// The page of `status`: what is wrong first, then age before depth.
struct StatusPage {
    private(set) var text = ""
    private let style: TerminalStyle
    private let now: Timestamp

    init(_ report: StatusReport, style: TerminalStyle, at now: Timestamp) {
        self.style = style
        self.now = now
        head(report)
        queue(report)
        guard let status = report.status else { return }
        locations(status)
        entra(status)
        for error in status.lastErrors.prefix(3) {
            let since = error.since.map { "\(age($0)) ago" } ?? ""
            add("last error  \(since)  \(error.code)  \(error.scope ?? ""): \(error.detail)")
        }
    }

    private mutating func head(_ report: StatusReport) {
        let status = report.status
        let beat = status.map { age($0.heartbeat) } ?? "never"
        switch report.worker {
        case .running:
            add(
                "worker      runs, pid \(status?.pid ?? 0), since \(status.map { age($0.startedAt) } ?? "just now")",
                good: true)
        case .silent:
            add("worker      SILENT: its last sign of life is \(beat) old, and somebody holds the spool", bad: true)
        case .stopped: add("worker      STOPPED in order \(beat) ago; nobody removes anybody", bad: true)
        case .died: add("worker      GONE: no worker holds the spool, the last sign of life is \(beat) old", bad: true)
        case .neverRan: add("worker      never ran on this spool", bad: true)
        }
        guard let status else { return }
        for trouble in status.troubles { add("trouble     \(trouble)", bad: true) }
        if !status.orphaned.isEmpty {
            add(
                "draining    \(status.orphaned.joined(separator: ", ")): not configured, and people are still let in",
                bad: true)
        }
    }

    private mutating func queue(_ report: StatusReport) {
        let folders = report.folders
        var parts: [String] = []
        if let oldest = report.status?.queue.oldestSince { parts.append("oldest \(age(oldest))") }
        if let count = folders.incoming {
            parts.append(
                "incoming \(count)" + (folders.oldestIncoming.map { count > 0 ? " (oldest \(age($0)))" : "" } ?? ""))
        }
        if let count = folders.work ?? report.status.map({ $0.queue.waiting + $0.queue.parked }) {
            parts.append("work \(count)")
        }
        if let parked = report.status?.queue.parked, parked > 0 { parts.append("parked \(parked)") }
        if let count = folders.hold { parts.append("hold \(count)") }
        add("queue       " + parts.joined(separator: ", "))
        if let failed = folders.failed, !failed.isEmpty {
            let list = failed.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            add("failed      " + list.joined(separator: ", "), bad: true)
        }
    }

    private mutating func locations(_ status: StatusDocument) {
        let width = status.locations.map(\.name.count).max() ?? 0
        for location in status.locations {
            let name = location.name + String(repeating: " ", count: width - location.name.count)
            var parts = [
                "\(location.leases) leases", "\(location.ranges) of \(location.limit) ranges", location.confirmation,
            ]
            if location.waiting + location.parked > 0 { parts.append("\(location.waiting + location.parked) waiting") }
            if let dirty = location.dirtySince { parts.append("to be written for \(age(dirty))") }
            if let next = location.trouble?.nextTry, next > now { parts.append("next try in \(span(next - now))") }
            add("location    \(name)  " + parts.joined(separator: ", "))
            if let overdue = location.overdue {
                add(
                    "            \(name)  \(overdue.count) REMOVALS OVERDUE for \(age(overdue.since)): ended, and still in Entra",
                    bad: true)
            }
        }
    }

    private mutating func entra(_ status: StatusDocument) {
        var parts = [
            status.entra.tokenExpiresAt.map { $0 > now ? "token for \(span($0 - now))" : "token over" }
                ?? "no token yet"
        ]
        if let opens = status.entra.gateOpensAt, opens > now {
            parts.append("throttled, next request in \(span(opens - now))")
        }
        add("entra       " + parts.joined(separator: ", "))
    }

    private mutating func add(_ line: String, good: Bool = false, bad: Bool = false) {
        let line = style.cut(SafeText.lines(line.split(whereSeparator: \.isNewline).joined(separator: " ")))
        text += (bad ? style.red(line) : good ? style.green(line) : line) + "\n"
    }

    private func age(_ time: Timestamp) -> String { span(max(now - time, .zero)) }

    private func span(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        switch seconds {
        case ..<120: return "\(seconds) s"
        case ..<7_200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3_600) h"
        default: return "\(seconds / 86_400) d"
        }
    }
}
