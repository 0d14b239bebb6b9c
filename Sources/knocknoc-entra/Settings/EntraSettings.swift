import Entra

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
