/// All that can be said of a command: its parser, `--help`, the manual page and the completions read nothing else.
struct CommandPage {
    /// One line, for lists of commands.
    let summary: String
    var operands: [Operand] = []
    var options: [OptionGroup] = []
    /// Paragraphs with an empty line between; they are wrapped where they are shown.
    let text: String
    /// Whole command lines.
    let examples: [String]
    /// What the statuses mean here; 64 and 74 mean the same everywhere and are added.
    var statuses: [(code: ExitCode, meaning: String)] = []

    struct Operand {
        /// As it is written, such as LOCATION or ITEM.
        let name: String
        let kind: WordKind
        var isOptional = false
        var repeats = false

        var usage: String {
            let text = name + (repeats ? "…" : "")
            return isOptional ? "[\(text)]" : text
        }
    }

    /// Options of which one can be given, or has to be.
    struct OptionGroup {
        let alternatives: [CommandOption]
        var isRequired = false

        init(_ alternatives: CommandOption..., isRequired: Bool = false) {
            self.alternatives = alternatives
            self.isRequired = isRequired
        }

        var usage: String {
            let text = alternatives.map(\.usage).joined(separator: " | ")
            return isRequired ? text : "[\(text)]"
        }
    }

    var paragraphs: [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).split(separator: "").map {
            $0.joined(separator: " ")
        }
    }

    /// Its own, then what every command takes.
    var allOptions: [CommandOption] { options.flatMap(\.alternatives) + CommandOption.common }

    var allStatuses: [(code: ExitCode, meaning: String)] {
        let everywhere = [ExitCode.configuration, .inputOutput].filter { code in
            !statuses.contains { $0.code == code }
        }
        return (statuses + everywhere.map { ($0, $0.meaning) }).sorted { $0.code.rawValue < $1.code.rawValue }
    }

    /// The parts of the usage line that must not be broken.
    func usage(of command: Command) -> [String] {
        ["knocknoc-entra \(command.rawValue)"] + operands.map(\.usage) + options.map(\.usage) + ["[--config FILE]"]
    }
}
