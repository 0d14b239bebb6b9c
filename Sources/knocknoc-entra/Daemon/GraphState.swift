import Entra
import Grants

/// The worker's side of Entra and Graph: what is under way, what is broken, and when the next request may leave.
struct GraphState {
    enum Purpose {
        case token
        case location(String, AccessToken)
        case keys
        case groups(GroupMember, AccessToken)

        /// What the gate and the order of named locations are about.
        var isForLocations: Bool {
            switch self {
            case .token, .location: true
            case .keys, .groups: false
            }
        }
    }

    let transport: HTTPTransport
    let requests: NamedLocationRequest
    var tokens: TokenSource
    var pacing: RateLimiter
    var underWay: [Exchange.ID: Purpose] = [:]
    /// The token endpoint or the credential.
    var tokenTrouble: Trouble?
    /// Graph as a whole.
    var graphTrouble: Trouble?

    init(_ parts: WorkerParts, at now: Moment) {
        let entra = parts.settings.entra
        transport = parts.transport
        requests = NamedLocationRequest(
            graph: entra.graph, timeouts: .init(connect: entra.connectTimeout, request: entra.requestTimeout))
        tokens = TokenSource(
            TokenRequest(
                authority: entra.authority, tenantId: entra.tenantId, clientId: entra.clientId, graph: entra.graph,
                timeouts: requests.timeouts),
            credential: entra.credential)
        pacing = RateLimiter(requestsPerSecond: Self.rate(entra), at: now.monotonic)
    }

    /// After a reload: the gate of the tenant stays as it was, and so does the token if it still fits.
    mutating func inherit(_ former: GraphState, _ entra: EntraSettings, at now: Moment) {
        pacing = former.pacing.continued(requestsPerSecond: Self.rate(entra), at: now.monotonic)
        tokens.inherit(former.tokens)
    }

    /// A little slower than allowed: Entra counts by its own clock.
    private static func rate(_ entra: EntraSettings) -> Double { entra.requestsPerSecond / 1.02 }

    /// What keeps a location from being written, the widest scope first.
    func blockingTrouble(of location: LocationState, at now: Moment) -> Trouble? {
        // A token that still lives serves while its renewal fails.
        let token = tokens.token(at: now.monotonic) == nil ? tokenTrouble : nil
        return token ?? graphTrouble ?? location.trouble
    }

    /// Whether an answer is to come that locations wait for.
    var isAnswerDue: Bool { underWay.values.contains(where: \.isForLocations) }

    var isAskingForGroups: Bool {
        underWay.values.contains { if case .groups = $0 { true } else { false } }
    }

    /// While Graph itself is in trouble, one request at a time finds out whether it is back.
    func mayStart(at now: Moment) -> Bool {
        guard let graphTrouble else { return true }
        return graphTrouble.retryAt <= now.monotonic && !isAnswerDue
    }
}
