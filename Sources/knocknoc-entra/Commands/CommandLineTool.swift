import Linux

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
        case .backup: try BackupCommand.run(arguments)
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
