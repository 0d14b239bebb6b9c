import Grants

/// The words behind a command, sorted by its page: operands, flags, and options with a value.
struct Arguments {
    let command: Command
    private(set) var operands: [String] = []
    private var given: [CommandOption.Name: String]

    /// `given` is what stood before the command.
    init(
        _ command: Command, _ words: ArraySlice<String>, given: [CommandOption.Name: String]
    ) throws(Complaint) {
        self.command = command
        var reader = OptionReader(words, given: given)
        while let word = try reader.nextWord(of: command) { operands.append(word) }
        self.given = reader.given
        try checkAlternatives()
        try checkOperands()
    }

    var configuration: String? { given[.config] }
    var wantsJSON: Bool { has(.json) }

    func has(_ name: CommandOption.Name) -> Bool { given[name] != nil }

    func value(_ name: CommandOption.Name) -> String? { given[name] }

    /// A length such as 8h.
    func duration(_ name: CommandOption.Name) throws(Complaint) -> Duration? {
        guard let text = given[name] else { return nil }
        guard let duration = Duration(spoken: text) else {
            throw Complaint(
                "\(name.rawValue) takes a time such as 8h", why: "`\(text)` is none",
                do: "Give a number with its unit: 90s, 30m, 8h or 2d.")
        }
        return duration
    }

    /// A moment such as 2026-11-21T07:00:00Z.
    func time(_ name: CommandOption.Name) throws(Complaint) -> Timestamp? {
        guard let text = given[name] else { return nil }
        guard let time = Timestamp(rfc3339: text) else {
            throw Complaint(
                "\(name.rawValue) takes a moment such as 2026-11-21T07:00:00Z", why: "`\(text)` is none",
                do: "Give date and time with a zone; `date -u +%FT%TZ` prints the present one.")
        }
        return time
    }

    private func checkAlternatives() throws(Complaint) {
        for group in command.page.options {
            let names = group.alternatives.map(\.name)
            let chosen = names.filter { given[$0] != nil }
            let list = names.map(\.rawValue).joined(separator: ", ")
            if chosen.count > 1 {
                let both = chosen.map(\.rawValue).joined(separator: " and ")
                throw Complaint(
                    "\(both) exclude each other", why: "`\(command.rawValue)` takes one of \(list)",
                    do: "Leave out all but one.")
            }
            if group.isRequired, chosen.isEmpty {
                throw Complaint(
                    "`\(command.rawValue)` needs one of \(list)", why: "none of them was given",
                    do: "Such as: \(command.page.examples[0])")
            }
        }
    }

    private func checkOperands() throws(Complaint) {
        let wanted = command.page.operands
        let least = wanted.count { !$0.isOptional }
        if operands.count < least {
            let missing = wanted[operands.count].name
            throw Complaint(
                "`\(command.rawValue)` needs \(missing)",
                why: "its usage is: \(command.rawValue) \(wanted.map(\.usage).joined(separator: " "))",
                do: "Such as: \(command.page.examples[0])")
        }
        if operands.count > wanted.count, wanted.last?.repeats != true {
            let takes = wanted.isEmpty ? "no operand" : wanted.map(\.usage).joined(separator: " ") + " and no more"
            throw Complaint(
                "`\(operands[wanted.count])` is too much", why: "`\(command.rawValue)` takes \(takes)",
                do: "`knocknoc-entra \(command.rawValue) --help` shows its usage.")
        }
    }
}
