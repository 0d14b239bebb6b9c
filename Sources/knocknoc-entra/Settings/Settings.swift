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

struct EntraSettings: Sendable {
    var tenantId: String
    var clientId: String
    var credential: Credential
    /// Without a slash at its end; the tenant may be its last part.
    var authority: String
    var graph: String
    var caFile: String?
    var proxy: String?
    var connectTimeout = Duration.seconds(10)
    var requestTimeout = Duration.seconds(30)
    var requestsPerSecond = 1.0
}

struct BatchSettings: Sendable {
    var linger = Duration.milliseconds(50)
    var maxItems = 10_000
    var settleTime = Duration.seconds(2)
}

struct RetentionSettings: Sendable {
    var doneDays = 14
    var journalDays = 90
}

struct LogSettings: Sendable {
    var level = LogLevel.info
    var format = LogFormat.logfmt
}
