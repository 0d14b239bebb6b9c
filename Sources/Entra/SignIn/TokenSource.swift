package import Grants

/// One access token at a time: renewed ahead, one request in flight, kept in memory and nowhere else.
///
/// It is a state without clock or network: the caller sends what `request` returns and hands the result to `receive`.
/// How soon a failed request is made again is the caller's to decide; a living token serves meanwhile.
package struct TokenSource {
    private let tokenRequest: TokenRequest
    private let credential: Credential
    private var current: AccessToken?
    private var renewalDue: ContinuousClock.Instant?
    private var flight: Flight?
    private var claims: String?

    private struct Flight {
        let jitter: Double
        let claims: String?
    }

    package init(_ tokenRequest: TokenRequest, credential: Credential) {
        self.tokenRequest = tokenRequest
        self.credential = credential
    }

    package var isInFlight: Bool { flight != nil }

    package func token(at now: ContinuousClock.Instant) -> AccessToken? {
        current.flatMap { $0.isAlive(at: now) ? $0 : nil }
    }

    package func needsRenewal(at now: ContinuousClock.Instant) -> Bool {
        token(at: now) == nil || renewalDue.map { $0 <= now } ?? true
    }

    /// Nil while a token is fresh enough or a request is in flight.
    ///
    /// `date` is the wall clock, for an assertion's times; `jitter` a random number from 0 to 1; the request id a fresh
    /// GUID, which is the assertion's id too.
    package mutating func request(
        now: ContinuousClock.Instant,
        date: Timestamp,
        jitter: Double,
        clientRequestId: String
    ) throws(Failure) -> HTTPRequest? {
        guard flight == nil, needsRenewal(at: now) else { return nil }
        let proof = try credential.proof(for: tokenRequest, id: clientRequestId, date: date)
        flight = Flight(jitter: min(max(jitter, 0), 1), claims: claims)
        return tokenRequest.request(proof: proof, claims: claims, clientRequestId: clientRequestId)
    }

    /// `date` is the wall clock, which only the date form of Retry-After needs.
    package mutating func receive(
        _ result: Result<HTTPReply, TransportFailure>,
        now: ContinuousClock.Instant,
        date: Timestamp
    ) throws(ReplyVerdict) {
        let flight = flight
        self.flight = nil
        let reply = try TokenReply.read(result, now: date)
        current = AccessToken(reply.token, receivedAt: now, lifetime: reply.lifetime)
        renewalDue = now + Self.age(atRenewalOf: reply.lifetime, jitter: flight?.jitter ?? 0)
        if flight?.claims == claims { claims = nil }
    }

    /// Takes over the token of another source for the same app and address, after a reload.
    package mutating func inherit(_ former: TokenSource) {
        guard tokenRequest == former.tokenRequest else { return }
        (current, renewalDue, claims) = (former.current, former.renewalDue, former.claims)
    }

    /// Graph refused this token: it is not used again, and the next one is asked for with `claims`.
    package mutating func drop(_ refused: AccessToken, claims: String? = nil) {
        if let claims { self.claims = claims }
        guard current == refused else { return }  // a newer one has come meanwhile
        current = nil
        renewalDue = nil
    }

    /// Another one is wanted, with `claims`; this one serves until it comes.
    package mutating func renew(_ token: AccessToken, claims: String? = nil, at now: ContinuousClock.Instant) {
        if let claims { self.claims = claims }
        if current == token { renewalDue = now }
    }

    /// Half of a life under 40 min, else 10 min before the end, and up to a minute earlier so that hosts spread.
    static func age(atRenewalOf lifetime: Duration, jitter: Double) -> Duration {
        let age = lifetime < .seconds(40 * 60) ? lifetime / 2 : lifetime - .seconds(10 * 60)
        return age - min(.seconds(60), lifetime / 20) * jitter
    }
}
