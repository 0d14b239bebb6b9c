import GrantCore
import Spool

enum LogLevel: String, CaseIterable, Comparable, Sendable {
    case debug
    case info
    case notice
    case warning
    case error

    /// syslog(3), which journald reads from `<n>` at the head of a line.
    var priority: Int {
        switch self {
        case .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        }
    }

    static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.priority > right.priority
    }
}

enum LogFormat: String, CaseIterable, Sendable {
    case logfmt
    case json
}

/// One line an event to standard error; values are escaped, so no input can end a line or forge a field.
struct Log: Sendable {
    var settings: LogSettings
    /// journald adds its own time and reads priorities (sd-daemon(3)).
    var isForJournald: Bool
    let now: @Sendable () -> Timestamp

    /// The same log by other settings, after a reload.
    func by(_ settings: LogSettings) -> Log {
        var copy = self
        copy.settings = settings
        return copy
    }

    func callAsFunction(_ level: LogLevel, _ event: String, _ fields: KeyValuePairs<String, String?> = [:]) {
        guard level >= settings.level else { return }
        var all: [(key: String, value: String)] = []
        if !isForJournald { all.append(("time", now().description)) }
        all.append(("level", level.rawValue))
        all.append(("event", event))
        for case (let key, let value?) in fields { all.append((key, value)) }
        let body =
            switch settings.format {
            case .logfmt: all.map { "\($0.key)=\(logfmtValue($0.value))" }.joined(separator: " ")
            case .json: "{" + all.map { "\(jsonText($0.key)):\(jsonText($0.value))" }.joined(separator: ",") + "}"
            }
        let line = (isForJournald ? "<\(level.priority)>" : "") + body + "\n"
        Output.error(line)
    }
}

private func logfmtValue(_ text: String) -> String {
    let isPlain =
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3D && $0 != 0x5C }
    return isPlain ? text : jsonText(text)
}

/// A JSON string; what could end a line, steer a terminal or turn the order of what is shown is escaped.
func jsonText(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case _ where isUnfitToShow(scalar.value):
            let digits = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}

/// Control characters, line ends that only some readers know, and marks of direction (UAX #9); all within four digits.
private func isUnfitToShow(_ value: UInt32) -> Bool {
    switch value {
    case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C, 0xFEFF: true
    default: false
    }
}
