import Synchronization

/// What went on, for the report of a violation; costs nothing where nobody listens.
final class Tape: Sendable {
    private struct State {
        var lines: [String] = []
        /// What a process says after its death was never said.
        var isMuted = false
        /// The log has told the operator to restart the service.
        var asksForRestart = false
    }

    private let state = Mutex(State())
    let isOn: Bool

    init(isOn: Bool) {
        self.isOn = isOn
    }

    func tell(_ line: @autoclosure () -> String) {
        guard isOn else { return }
        let line = line()
        state.withLock { $0.lines.append(line) }
    }

    /// A line of the worker's log.
    func log(_ line: String) {
        state.withLock { state in
            guard !state.isMuted else { return }
            if isOn { state.lines.append("  " + line.dropLast()) }
            if line.contains("event=ledger.unreadable") { state.asksForRestart = true }
        }
    }

    func processDied() { state.withLock { $0.isMuted = true } }

    func processBegins() {
        state.withLock { ($0.isMuted, $0.asksForRestart) = (false, false) }
    }

    var asksForRestart: Bool { state.withLock { $0.asksForRestart } }
    var all: [String] { state.withLock { $0.lines } }
}
