import Grants

/// Takes options off a command line, none but those that are described.
struct OptionReader {
    private(set) var rest: ArraySlice<String>
    private(set) var given: [CommandOption.Name: String]
    private var hasOnlyOperands = false

    init(_ words: ArraySlice<String>, given: [CommandOption.Name: String] = [:]) {
        (rest, self.given) = (words, given)
    }

    /// The next word that is no option; nil at the end.
    mutating func nextWord(of command: Command?) throws(Complaint) -> String? {
        while let word = rest.popFirst() {
            if hasOnlyOperands || !word.hasPrefix("-") || word == "-" { return word }
            if word == "--" { hasOnlyOperands = true } else { try take(word, of: command) }
        }
        return nil
    }

    private mutating func take(_ word: String, of command: Command?) throws(Complaint) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let known = command?.page.allOptions ?? CommandOption.beforeCommand
        guard let option = known.first(where: { $0.name.rawValue == parts[0] || $0.short == parts[0] }) else {
            throw unknown(parts[0], of: command, known)
        }
        let name = option.name.rawValue
        guard let value = option.value else {
            guard parts.count == 1 else {
                throw Complaint("\(name) takes no value", why: "it was given as \(word)", do: "Write \(name) alone.")
            }
            given[option.name] = ""
            return
        }
        // A value that looks like an option is one that was forgotten; `--user=--x` says that it is meant.
        guard let text = parts.count == 2 ? parts[1] : rest.first.flatMap({ $0.hasPrefix("--") ? nil : $0 }) else {
            throw Complaint(
                "\(name) needs a value", why: rest.first.map { "\($0) follows it" } ?? "nothing follows it",
                do: "Write \(name) \(value.name): \(option.text).")
        }
        if parts.count == 1 { rest.removeFirst() }
        guard given.updateValue(text, forKey: option.name) == nil else {
            throw Complaint("\(name) is given twice", why: "only one can count", do: "Leave out all but one.")
        }
    }

    private func unknown(_ word: String, of command: Command?, _ known: [CommandOption]) -> Complaint {
        let meant = Suggestion.closest(to: word, among: known.map(\.name.rawValue))
        let program = "knocknoc-entra" + (command.map { " \($0.rawValue)" } ?? "")
        let help = "`\(program) --help` lists what it takes."
        guard let command else {
            return Complaint(
                "there is no option \(word) before a command", why: "options of a command stand behind it", do: help)
        }
        return Complaint(
            "`\(command.rawValue)` has no option \(word)", why: meant.map { "did you mean \($0)?" },
            do: help)
    }
}
