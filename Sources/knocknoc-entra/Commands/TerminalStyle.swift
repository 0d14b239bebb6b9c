import Entra
import FoundationEssentials
import Glibc
import Grants
import Linux
import Spool

/// Colours where there is a terminal that wants them, and its width.
struct TerminalStyle {
    var width: Int
    var hasColour: Bool

    /// `NO_COLOR` (no-color.org) counts if it is not empty; a dumb terminal has none.
    static var here: TerminalStyle {
        let environment = ProcessInfo.processInfo.environment
        let width = Terminal.width
        let isPlain = !(environment["NO_COLOR"] ?? "").isEmpty || !canMove
        return TerminalStyle(width: width ?? .max, hasColour: width != nil && !isPlain)
    }

    /// Whether the cursor can be told where to go.
    static var canMove: Bool {
        let kind = ProcessInfo.processInfo.environment["TERM"] ?? ""
        return !["", "dumb"].contains(kind)
    }

    func red(_ text: String) -> String { hasColour ? "\u{1B}[31m\(text)\u{1B}[0m" : text }

    func green(_ text: String) -> String { hasColour ? "\u{1B}[32m\(text)\u{1B}[0m" : text }

    /// Cut to the width, with a sign that something is missing.
    func cut(_ line: String) -> String {
        line.count <= width ? line : String(line.prefix(max(width - 1, 1))) + "…"
    }
}
