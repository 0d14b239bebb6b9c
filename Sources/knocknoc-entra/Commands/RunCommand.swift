import FoundationEssentials
import Grants
import Linux
import Spool

/// `run`: the worker.
enum RunCommand {
    static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
        let lock = try OutsideLock(arguments)
        let (path, settings) = try SettingsCommand.load(arguments)
        let isForJournald = Output.errorIsJournal(ProcessInfo.processInfo.environment["JOURNAL_STREAM"])
        let clock = Clock.system
        let log = Log(settings: settings.log, isForJournald: isForJournald, now: clock.wall)
        let daemon = Daemon(log: log, clock: clock, isOnce: arguments.has(.once), lock: lock) {
            () throws(SettingsError) in
            try Settings.read(path, now: clock.wall()).settings
        }
        return daemon.run(settings)
    }
}
