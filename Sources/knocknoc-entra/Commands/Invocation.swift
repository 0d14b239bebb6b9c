import Grants

/// What a command line asks for.
enum Invocation {
    case overview
    case version
    case help(Command)
    case run(Arguments)

    init(_ words: [String]) throws(Complaint) {
        var wantsHelp = words.prefix { $0 != "--" }.contains { ["--help", "-h"].contains($0) }
        var reader = OptionReader(words[...])
        var name = try reader.nextWord(of: nil)
        if reader.given[.version] != nil {
            self = .version
            return
        }
        if name == "help" {
            wantsHelp = true
            name = try reader.nextWord(of: nil)
        }
        guard let name else {
            guard wantsHelp else {
                throw Complaint(
                    "no command was given", why: "knocknoc-entra does nothing by itself",
                    do: "`knocknoc-entra --help` lists the commands; `knocknoc-entra run` is the worker.")
            }
            self = .overview
            return
        }
        guard let command = Command(rawValue: name) else {
            let meant = Suggestion.closest(to: name, among: Command.allCases.map(\.rawValue))
            throw Complaint(
                "there is no command `\(name)`", why: meant.map { "did you mean `\($0)`?" },
                do: "`knocknoc-entra --help` lists the commands.")
        }
        self = wantsHelp ? .help(command) : .run(try Arguments(command, reader.rest, given: reader.given))
    }
}
