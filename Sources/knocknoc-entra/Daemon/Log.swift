import Grants
import Linux

/// One line an event to standard error; values are escaped, so no input can end a line or forge a field.
struct Log: Sendable {
    var settings: LogSettings
    /// journald adds its own time and reads priorities (sd-daemon(3)).
    var isForJournald: Bool
    let now: @Sendable () -> Timestamp
    /// Where a whole line goes.
    var write: @Sendable (String) -> Void = { Output.error($0) }

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
        write(line)
    }
}

private func logfmtValue(_ text: String) -> String {
    let isPlain =
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3D && $0 != 0x5C }
    return isPlain ? text : jsonText(text)
}

/// A JSON string.
func jsonText(_ text: String) -> String {
    var json = JSONWriter()
    json.string(text)
    return String(decoding: json.bytes, as: UTF8.self)
}
