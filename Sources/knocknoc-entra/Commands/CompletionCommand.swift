import Grants

/// `completion`: the scripts for a shell, and the words that these ask for.
enum CompletionCommand {
    static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
        switch (arguments.operands[0], arguments.operands.dropFirst().first) {
        case ("bash", nil): try Answer.give(BashCompletion.script)
        case ("zsh", nil): try Answer.give(ZshCompletion.script)
        case ("words", let name?): return try words(name, arguments)
        default:
            throw Complaint(
                "`completion \(arguments.operands.joined(separator: " "))` is not known", why: nil,
                do: "`knocknoc-entra completion bash`, `completion zsh`, or `completion words KIND`.")
        }
        return .success
    }

    private static func words(_ name: String, _ arguments: Arguments) throws(Complaint) -> ExitCode {
        guard let kind = CompletionWords.Kind(rawValue: name) else {
            throw Complaint(
                "there are no words of the kind \(name)", why: nil,
                do: "The kinds are \(CompletionWords.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        if kind == .codes {
            try Answer.give(FailureCode.allCases.map { "\($0)\n" }.joined())
            return .success
        }
        return try SpoolCommandContext.run(arguments) { context in
            try Answer.give(try CompletionWords(context: context).words(kind).map { $0 + "\n" }.joined())
            return .success
        }
    }
}
