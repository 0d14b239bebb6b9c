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
