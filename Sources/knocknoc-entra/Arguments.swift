/// The words of a command line, sorted: the command, its operands, its flags, and what goes for every command.
struct Arguments {
    private(set) var command: String?
    private(set) var operands: [String] = []
    private(set) var flags: [String] = []
    /// All words behind the command in their order, for commands whose options take values.
    private(set) var wordsBehindCommand: [String] = []
    private(set) var configuration: String?
    private(set) var wantsHelp = false
    private(set) var wantsVersion = false

    init(_ words: [String]) throws(UsageError) {
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "--help", "-h": wantsHelp = true
            case "--version": wantsVersion = true
            case "--config", "-c":
                guard let path = rest.popFirst() else { throw UsageError("\(word) needs the path of a file") }
                configuration = path
            case _ where word.hasPrefix("--config="): configuration = String(word.dropFirst("--config=".count))
            case _ where word.hasPrefix("-") && word.count > 1:
                flags.append(word)
                wordsBehindCommand.append(word)
            case "help" where command == nil: wantsHelp = true
            case _ where command == nil: command = word
            default:
                operands.append(word)
                wordsBehindCommand.append(word)
            }
        }
    }

    /// The flags, none but the known ones; no operands.
    func takeFlags(_ known: [String]) throws(UsageError) -> [String] {
        if let stray = operands.first { throw UsageError("`\(command ?? "")` takes no operand: \(stray)") }
        return try takeFlagsOnly(known)
    }

    func takeFlagsOnly(_ known: [String]) throws(UsageError) -> [String] {
        for flag in flags where !known.contains(flag) {
            throw UsageError(
                "`\(command ?? "")` has no option \(flag); `knocknoc-entra \(command ?? "") --help` lists them")
        }
        return flags
    }
}
