/// Exit statuses, from sysexits.h where it has one.
enum ExitCode: Int32 {
    case success = 0
    /// Some items failed (`run --once`).
    case someFailed = 1
    /// Usage or configuration.
    case configuration = 64
    case noSpool = 66
    /// Entra cannot be reached, or a removal could not be written.
    case unavailable = 69
    case cannotWrite = 73
    case inputOutput = 74
    case alreadyRunning = 75
    case notPermitted = 77

    /// No verdict within the time that was given; the same number as a spool that is busy with another worker.
    static let tryLater = ExitCode.alreadyRunning
}

enum Version {
    static let number = "0.1.0"
}
