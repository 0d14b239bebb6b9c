/// Exit statuses, from sysexits.h where it has one.
enum ExitCode: Int32, CaseIterable {
    case success = 0
    /// Some items failed (`run --once`), or there is nothing to show.
    case someFailed = 1
    /// Usage or configuration.
    case configuration = 64
    /// No spool, or nothing of that name in it.
    case noSpool = 66
    /// Entra cannot be reached, or a removal could not be written.
    case unavailable = 69
    case cannotWrite = 73
    case inputOutput = 74
    case alreadyRunning = 75
    case notPermitted = 77

    /// No verdict within the time that was given; the same number as a spool that is busy with another worker.
    static let tryLater = ExitCode.alreadyRunning

    /// What it says of any command.
    var meaning: String {
        switch self {
        case .success: "as it should be"
        case .someFailed: "something failed, was not found, or nobody is there"
        case .configuration: "wrong command line or configuration"
        case .noSpool: "no spool, or no such item in it"
        case .unavailable: "Entra did not answer, or no worker runs"
        case .cannotWrite: "the spool or a file cannot be written"
        case .inputOutput: "I/O error, also where the output cannot be written"
        case .alreadyRunning: "another worker has this spool, or no verdict came in time"
        case .notPermitted: "not permitted"
        }
    }
}
