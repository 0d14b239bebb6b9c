import Grants
import Linux
import Spool

/// The command line: finds the command, or says what is wrong and what to type instead.
enum CommandLineTool {
    static func run(_ words: [String]) -> ExitCode {
        PrivateMemory.keep()
        Output.outliveReaders()
        do throws(Complaint) {
            return try dispatch(words)
        } catch {
            error.report()
            return error.status
        }
    }

    private static func dispatch(_ words: [String]) throws(Complaint) -> ExitCode {
        switch try Invocation(words) {
        case .version: try Answer.give("knocknoc-entra \(Version.number)\n")
        case .overview: try Answer.give(HelpPage.overview)
        case .help(let command): try Answer.give(HelpPage.text(of: command))
        case .run(let arguments): return try run(arguments)
        }
        return .success
    }

    private static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
        switch arguments.command {
        case .run: try RunCommand.run(arguments)
        case .initialise: try InitCommand.run(arguments)
        case .check: try CheckCommand.run(arguments)
        case .doctor: try DoctorCommand.run(arguments)
        case .whatIf: try WhatIfCommand.run(arguments)
        case .adopt: try AdoptCommand.run(arguments)
        case .forget: try ForgetCommand.run(arguments)
        case .explain: try ExplainCommand.run(arguments)
        case .status: try StatusCommand.run(arguments)
        case .grant, .revoke, .flush: try SubmitCommand.run(arguments)
        case .wait: try WaitCommand.run(arguments)
        case .why: try WhyCommand.run(arguments)
        case .retry, .hold, .release: try MoveCommand.run(arguments)
        case .leases: try LeasesCommand.run(arguments)
        case .who: try WhoCommand.run(arguments)
        case .journal: try JournalCommand.run(arguments)
        case .completion: try CompletionCommand.run(arguments)
        case .manual: try ManualCommand.run(arguments)
        }
    }
}

/// What the program can be told to do.
enum Command: String, CaseIterable {
    case run
    case initialise = "init"
    case check
    case doctor
    case whatIf = "what-if"
    case adopt
    case forget
    case explain
    case status
    case grant
    case revoke
    case flush
    case wait
    case why
    case retry
    case hold
    case release
    case leases
    case who
    case journal
    case completion
    case manual
}

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
