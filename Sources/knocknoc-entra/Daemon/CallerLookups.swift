import Entra
import Grants

/// Entra's signing keys and Graph's groups: fetched apart from the named locations, so that logins cannot delay revokes.
final class CallerLookups {
    private var authentication: CallerAuthentication
    private let retry: RetrySettings
    private let locations: [String: LocationSettings]
    private(set) var keysTrouble: Trouble?
    private(set) var groupsTrouble: Trouble?
    /// A look-up was tried again already with a fresh access token.
    private var retriedWithFreshToken = false

    init?(_ parts: WorkerParts, at now: Moment) {
        guard let settings = parts.settings.authentication else { return nil }
        retry = parts.settings.retry
        locations = parts.settings.locations
        let entra = parts.settings.entra
        let timeouts = HTTPRequest.Timeouts(connect: entra.connectTimeout, request: entra.requestTimeout)
        authentication = CallerAuthentication(
            rules: settings.rules,
            keys: SigningKeys(
                metadataAddress: settings.metadataAddress, cacheDuration: settings.jwksKeysCacheDuration,
                timeouts: timeouts, at: now.monotonic),
            groups: GroupCache(
                GraphRequests(graph: entra.graph, timeouts: timeouts),
                configured: locations.values.reduce(into: []) { $0.formUnion($1.authorizedGroups) },
                duration: settings.entraGroupCacheDuration, at: now.monotonic))
    }

    func inherit(_ former: CallerLookups) {
        authentication.keys.inherit(former.authentication.keys)
        authentication.groups.inherit(former.authentication.groups)
    }

    func judge(_ unproved: Unproved, at now: Moment) -> CallerAuthentication.Judgement {
        let request = unproved.item.request
        // The first claim is when the token had to be alive; the number of a claim tells it to every later life.
        return authentication.judge(
            request.token, for: request.location, authorizedGroups: locations[request.location]?.authorizedGroups ?? [],
            since: unproved.arrival, date: min(now.wall, unproved.item.claim.madeAt), at: now.monotonic)
    }

    /// When the next fetch of keys may start; nil while none is wanted or its answer has to come first.
    var keysTime: ContinuousClock.Instant? {
        guard let wanted = authentication.keys.wakesAt else { return nil }
        return max(wanted, keysTrouble?.retryAt ?? wanted)
    }

    /// The same for a look-up of groups; after a failure one at a time finds out whether it would succeed.
    func groupsTime(isAsking: Bool) -> ContinuousClock.Instant? {
        guard let opening = authentication.groups.opensAt else { return nil }
        guard let groupsTrouble else { return opening }
        return isAsking ? nil : max(opening, groupsTrouble.retryAt)
    }

    func keysRequest(_ clientRequestId: String, at now: Moment) -> HTTPRequest? {
        authentication.keys.request(now: now.monotonic, clientRequestId: clientRequestId)
    }

    func groupsRequest(_ token: AccessToken, _ clientRequestId: String, at now: Moment) -> (GroupMember, HTTPRequest)? {
        authentication.groups.request(now: now.monotonic, token: token, clientRequestId: clientRequestId)
    }

    /// Whether an answer about keys ended a trouble; nil where it was about something else than the last keys.
    func receiveKeys(_ result: Result<HTTPReply, TransportFailure>, at now: Moment) throws(ReplyVerdict) -> Bool? {
        guard try authentication.keys.receive(result, date: now.wall) else { return nil }
        defer { keysTrouble = nil }
        return keysTrouble != nil
    }

    func noteKeysFailure(_ failure: ReplyVerdict, jitter: Double, at now: Moment) -> Trouble {
        note(failure, in: &keysTrouble, jitter, at: now)
    }

    /// Whether it ended a trouble.
    func receiveGroups(_ result: Result<HTTPReply, TransportFailure>, of member: GroupMember, at now: Moment)
        throws(ReplyVerdict) -> Bool
    {
        try authentication.groups.receive(result, of: member, now: now.monotonic, date: now.wall)
        retriedWithFreshToken = false
        defer { groupsTrouble = nil }
        return groupsTrouble != nil
    }

    /// Nobody is let in whose groups are not known.
    ///
    /// Nil where the failure does not count: a refused token is tried again with a fresh one.
    func noteGroupsFailure(_ failure: ReplyVerdict, wasInUse: Bool, jitter: Double, at now: Moment) -> Trouble? {
        if failure.code == .entra001 {
            defer { retriedWithFreshToken = true }
            guard wasInUse && retriedWithFreshToken else { return nil }
        }
        // Those that were sent together fail together, which is one failure.
        if let groupsTrouble, groupsTrouble.retryAt > now.monotonic { return groupsTrouble }
        return note(failure, in: &groupsTrouble, jitter, at: now)
    }

    private func note(_ failure: ReplyVerdict, in trouble: inout Trouble?, _ jitter: Double, at now: Moment) -> Trouble
    {
        trouble.note(failure.error, retry, jitter: jitter, wait: failure.retryAfter, at: now)
    }
}
