import Spool

/// `init`: makes the spool's folders with the right modes.
enum InitCommand {
    static func run(_ arguments: Arguments) throws(UsageError) -> ExitCode {
        _ = try arguments.takeFlags([])
        guard let settings = SettingsCommand.load(arguments) else { return .configuration }
        do throws(SystemError) {
            let remarks = try SpoolInit.run(at: settings.spool)
            Output.standard("The spool is ready at \(settings.spool)\n")
            for remark in remarks { Output.standard("note: \(remark)\n") }
            return .success
        } catch {
            Output.error(
                "knocknoc-entra: the spool cannot be made at \(settings.spool)\n  \(error)\n"
                    + "  Run init as the user that owns the spool, or as root.\n")
            return .cannotWrite
        }
    }
}
