import Entra

/// Entra authentication: who may drop a request, by the settings of the page of that name.
struct AuthenticationSettings: Sendable {
    var rules: CallerTokenRules
    var metadataAddress: String
    /// Zero: no cache.
    var jwksKeysCacheDuration = Duration.seconds(3_600)
    /// Zero: no cache.
    var entraGroupCacheDuration = Duration.seconds(1_800)
}
