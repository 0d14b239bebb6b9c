import Entra
import Grants

/// The configuration, checked: what the worker runs by.
struct Settings: Sendable {
    /// An absolute path, or one relative to where the program runs.
    var spool: String
    var entra: EntraSettings
    /// By name.
    var locations: [String: LocationSettings]
    var batch = BatchSettings()
    var retry = RetrySettings()
    var reconcileInterval = Duration.seconds(900)
    var retention = RetentionSettings()
    var log = LogSettings()
    var metricsFile: String?
    /// Nil: no token is asked for.
    var authentication: AuthenticationSettings?
    /// Nil: whoever may write into `incoming/`.
    var allowedOwners: AllowedOwners?
}
