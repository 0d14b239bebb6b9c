import FoundationEssentials
import GrantCore
import Spool

/// `run`: the worker.
enum RunCommand {
    static func run(_ arguments: Arguments, isOnce: Bool) -> ExitCode {
        guard let settings = SettingsCommand.load(arguments),
            let path = SettingsFile.find(given: arguments.configuration)
        else { return .configuration }
        if let error = settings.unenforced(in: path) {
            Output.error("knocknoc-entra: \(error.file): \(error.mistakes.joined(separator: "; "))\n")
            return .configuration
        }
        let isForJournald = ProcessInfo.processInfo.environment["JOURNAL_STREAM"] != nil
        let clock = Clock.system
        let log = Log(settings: settings.log, isForJournald: isForJournald, now: clock.wall)
        let daemon = Daemon(log: log, clock: clock, isOnce: isOnce) { () throws(SettingsError) in
            let settings = try Settings.read(path, now: clock.wall()).settings
            if let error = settings.unenforced(in: path) { throw error }
            return settings
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

extension Settings {
    /// A gate that is configured and that nothing closes yet must not look shut.
    fileprivate func unenforced(in file: String) -> SettingsError? {
        guard authentication != nil || allowedOwners != nil else { return nil }
        let text = "entraAuthentication and allowedOwners are not enforced by the worker of this version"
        return SettingsError(file: file, mistakes: [text])
    }
}
