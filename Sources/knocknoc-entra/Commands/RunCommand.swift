import FoundationEssentials
import GrantCore
import Spool

/// `run`: the worker.
enum RunCommand {
    static func run(_ arguments: Arguments, isOnce: Bool) -> ExitCode {
        guard let settings = SettingsCommand.load(arguments),
            let path = SettingsFile.find(given: arguments.configuration)
        else { return .configuration }
        let isForJournald = ProcessInfo.processInfo.environment["JOURNAL_STREAM"] != nil
        let clock = Clock.system
        let log = Log(settings: settings.log, isForJournald: isForJournald, now: clock.wall)
        let daemon = Daemon(log: log, clock: clock, isOnce: isOnce) { () throws(SettingsError) in
            try Settings.read(path, now: clock.wall()).settings
        }
        return daemon.run(settings)
    }
}

/// What every command that needs the configuration does first.
enum SettingsCommand {
    /// Nil after having said what is wrong.
    static func load(_ arguments: Arguments) -> Settings? {
        guard let path = SettingsFile.find(given: arguments.configuration) else {
            Output.error(
                "knocknoc-entra: no configuration found; looked at \(SettingsFile.searched)\n"
                    + "  Copy config/knocknoc-entra.json5 from the sources, or name one with --config FILE.\n")
            return nil
        }
        do throws(SettingsError) {
            let (settings, warnings) = try Settings.read(path, now: Clock.system.wall())
            for warning in warnings { Output.error("knocknoc-entra: \(path): warning: \(warning)\n") }
            return settings
        } catch {
            let count = error.mistakes.count
            Output.error("knocknoc-entra: \(error.file) has \(count) \(count == 1 ? "mistake" : "mistakes"):\n")
            for mistake in error.mistakes { Output.error("  - \(mistake)\n") }
            return nil
        }
    }
}
