import GrantCore
import Spool

/// The command line: finds the command, or says what is wrong and what to type instead.
enum CommandLineTool {
    static func run(_ arguments: [String]) -> ExitCode {
        PrivateMemory.keep()
        do throws(UsageError) {
            return try dispatch(try Arguments(arguments))
        } catch {
            Output.error("knocknoc-entra: \(error.text)\n")
            return .configuration
        }
    }

    private static func dispatch(_ arguments: Arguments) throws(UsageError) -> ExitCode {
        if arguments.wantsVersion {
            Output.standard("knocknoc-entra \(Version.number)\n")
            return .success
        }
        guard let name = arguments.command else {
            guard arguments.wantsHelp else { throw UsageError("which command? `knocknoc-entra --help` lists them") }
            Output.standard(Help.overview)
            return .success
        }
        guard let command = Command(rawValue: name) else {
            let hint = Suggestion.closest(to: name, among: Command.allCases.map(\.rawValue))
            let meant = hint.map { "; did you mean `\($0)`?" } ?? ""
            throw UsageError("there is no command `\(name)`\(meant); `knocknoc-entra --help` lists them")
        }
        if arguments.wantsHelp {
            Output.standard(command.help)
            return .success
        }
        switch command {
        case .run: return RunCommand.run(arguments, isOnce: try arguments.takeFlags(["--once"]).contains("--once"))
        case .initialise: return try InitCommand.run(arguments)
        case .check: return try CheckCommand.run(arguments)
        case .doctor: return try DoctorCommand.run(arguments)
        case .whatIf: return try WhatIfCommand.run(arguments)
        case .adopt: return try AdoptCommand.run(arguments)
        case .forget: return try ForgetCommand.run(arguments)
        case .explain: return try ExplainCommand.run(arguments)
        case .status: return try StatusCommand.run(arguments)
        case .grant, .revoke, .flush: return try SubmitCommand.run(command, arguments)
        case .wait: return try WaitCommand.run(arguments)
        case .why: return try WhyCommand.run(arguments)
        case .retry, .hold, .release: return try MoveCommand.run(command, arguments)
        case .leases: return try LeasesCommand.run(arguments)
        case .who: return try WhoCommand.run(arguments)
        case .journal: return try JournalCommand.run(arguments)
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
}

/// A command line that cannot be followed.
struct UsageError: Error {
    let text: String

    init(_ text: String) {
        self.text = text
    }
}
