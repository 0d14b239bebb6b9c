import Entra
import Grants

/// The one access token, renewed ahead of its end, and what keeps a new one from coming.
final class AccessTokens {
    private var source: TokenSource
    private let retry: RetrySettings
    private let jitter: () -> Double
    /// The token endpoint or the credential.
    private(set) var trouble: Trouble?

    init(_ source: TokenSource, _ retry: RetrySettings, jitter: @escaping () -> Double) {
        self.source = source
        self.retry = retry
        self.jitter = jitter
    }

    func inherit(_ former: AccessTokens) {
        source.inherit(former.source)
    }

    func token(at now: Moment) -> AccessToken? { source.token(at: now.monotonic) }

    /// What keeps requests from leaving; a token that still lives serves while its renewal fails.
    func failure(at now: Moment) -> Trouble? { token(at: now) == nil ? trouble : nil }

    /// When one is there or may be asked for; nil while an answer has to come first.
    func opensAt(at now: Moment) -> ContinuousClock.Instant? {
        if token(at: now) != nil { return now.monotonic }
        return source.isInFlight ? nil : max(now.monotonic, trouble?.retryAt ?? now.monotonic)
    }

    /// The request for a new one where it is time for that.
    func renewal(_ clientRequestId: @autoclosure () -> String, at now: Moment) throws(Failure) -> HTTPRequest? {
        guard trouble.map({ $0.retryAt <= now.monotonic }) ?? true, source.needsRenewal(at: now.monotonic),
            !source.isInFlight
        else { return nil }
        return try source.request(
            now: now.monotonic, date: now.wall, jitter: jitter(), clientRequestId: clientRequestId())
    }

    /// The one in hand serves until it comes.
    func wantAnother(at now: Moment) {
        if let token = token(at: now) { source.renew(token, at: now.monotonic) }
    }

    /// Whether it ended a trouble.
    func receive(_ result: Result<HTTPReply, TransportFailure>, at now: Moment) throws(ReplyVerdict) -> Bool {
        try source.receive(result, now: now.monotonic, date: now.wall)
        defer { trouble = nil }
        return trouble != nil
    }

    func note(_ failure: Failure, wait: Duration?, at now: Moment) -> Trouble {
        trouble.note(failure, retry, jitter: jitter(), wait: wait, at: now)
    }

    /// A refused token is void (401); one without the permission (403) serves on elsewhere while another is fetched.
    ///
    /// New consent would come with that one; it is asked for ever more seldom while the refusal lasts. The answer says
    /// whether another is wanted at once.
    func drop(_ token: AccessToken, after failure: ReplyVerdict, since: ContinuousClock.Instant?, at now: Moment)
        -> Bool
    {
        guard failure.dropsToken else { return false }
        if failure.error.code == .entra001 {
            source.drop(token, claims: failure.claims)
            return false
        }
        let lasting = since.map { now.monotonic - $0 } ?? .zero
        guard now.monotonic - token.receivedAt >= max(retry.grace, lasting) / 4 else { return false }
        source.renew(token, claims: failure.claims, at: now.monotonic)
        return true
    }
}
