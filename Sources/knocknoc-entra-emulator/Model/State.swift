/// Everything the emulator knows; one lock guards it.
struct State: Sendable {
    let seed: Seed
    var apps: [App]
    var settings: Settings
    var locations: LocationStore
    var policies: [JSON]
    var userGroups: [String: [String]]
    var principalGroups: [String: [String]]
    /// Object ids by user principal name.
    var users: [String: String]
    var tokens = TokenStore()
    var faults = FaultQueue()
    var journal = Journal()
    var window = RateWindow()
    var keys: KeyRing?
    /// The `jti` of every client assertion so far.
    var usedAssertions: Set<String> = []

    var tenant: String { seed.tenant }

    init(seed: Seed) {
        self.seed = seed
        apps = seed.apps
        settings = seed.settings
        locations = LocationStore(seed.locations)
        policies = seed.policies
        userGroups = seed.userGroups
        principalGroups = seed.principalGroups
        users = seed.users
    }

    /// The answer to a request, faults and the log aside.
    mutating func answer(_ request: HTTPRequest, kind: RequestKind, at now: Moment) -> Outcome {
        switch kind {
        case .token: tokenOutcome(request, at: now)
        case .discovery, .keys: openIDOutcome(request, kind: kind, at: now)
        default: graphOutcome(request, kind: kind, at: now)
        }
    }
}

/// An answer, with what the log has to say about it.
struct Outcome: Sendable {
    var response: HTTPResponse
    var reason: String?
    /// Whether a write took effect; nil for anything but a write.
    var applied: Bool?
}
