import GrantCore

/// The words behind a command, sorted by what it takes: operands, flags, and options with a value.
struct CommandOptions {
    private(set) var operands: [String] = []
    private(set) var flags: Set<String> = []
    private(set) var values: [String: String] = [:]

    init(_ arguments: Arguments, flags known: Set<String> = [], values valued: Set<String> = []) throws(UsageError) {
        let command = arguments.command ?? ""
        var rest = arguments.wordsBehindCommand[...]
        while let word = rest.popFirst() {
            if word == "--" {
                operands += rest
                break
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if valued.contains(parts[0]) {
                guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
                    throw UsageError("\(word) needs a value; `knocknoc-entra \(command) --help` shows one")
                }
                guard values.updateValue(value, forKey: parts[0]) == nil else {
                    throw UsageError("\(parts[0]) is given twice")
                }
            } else if known.contains(word) {
                flags.insert(word)
            } else if word.hasPrefix("-") && word.count > 1 {
                let all = known.union(valued).sorted()
                let meant = Suggestion.closest(to: parts[0], among: all).map { "; did you mean \($0)?" } ?? ""
                throw UsageError(
                    "`\(command)` has no option \(parts[0])\(meant); `knocknoc-entra \(command) --help` lists them")
            } else {
                operands.append(word)
            }
        }
    }

    /// A length such as 8h.
    func duration(_ name: String) throws(UsageError) -> Duration? {
        guard let text = values[name] else { return nil }
        guard let duration = Duration(spoken: text) else {
            throw UsageError("\(name) takes a time such as 90s, 30m, 8h or 2d, not \(text)")
        }
        return duration
    }

    /// A moment such as 2026-11-21T07:00:00Z.
    func time(_ name: String) throws(UsageError) -> Timestamp? {
        guard let text = values[name] else { return nil }
        guard let time = Timestamp(rfc3339: text) else {
            throw UsageError("\(name) takes a time such as 2026-11-21T07:00:00Z, not \(text)")
        }
        return time
    }
}
