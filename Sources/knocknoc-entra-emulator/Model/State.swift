/// Everything the emulator knows; one lock guards it.
struct State: Sendable {
    let seed: Seed
    /// The tenant as it has become since.
    var directory: Seed
    var locations: LocationStore
    var tokens = TokenStore()
    var faults = FaultQueue()
    var journal = RequestLog()
    var window = RateWindow()
    var keys: KeyRing?
    /// The `jti` of every client assertion so far.
    var usedAssertions: Set<String> = []

    init(seed: Seed) {
        (self.seed, directory) = (seed, seed)
        locations = LocationStore(seed.locations)
    }

    var tenant: String { directory.tenant }
    var apps: [App] { directory.apps }
    var settings: EmulatorSettings { directory.settings }
    var policies: [JSON] { directory.policies }
    var userGroups: [String: [String]] { directory.userGroups }
    var principalGroups: [String: [String]] { directory.principalGroups }
    /// Object ids by user principal name.
    var users: [String: String] { directory.users }

    /// The answer to a request, faults and the log aside.
    mutating func answer(_ request: EmulatedRequest, kind: RequestKind, at now: ClockReading) -> Dealt {
        switch kind {
        case .token: tokenOutcome(request, at: now)
        case .discovery, .keys: openIDOutcome(request, kind: kind, at: now)
        default: graphOutcome(request, kind: kind, at: now)
        }
    }
}

/// An answer, with what the log has to say about it.
struct Dealt: Sendable {
    var response: HTTPResponse
    var reason: String?
    /// Whether a write took effect; nil for anything but a write.
    var applied: Bool?
}
