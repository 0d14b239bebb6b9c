package import Grants

/// Entra's signing keys: fetched when they are needed, cached for a time, and never asked for more often than is decent.
///
/// It is a state without clock or network: the caller sends what `request` returns, hands the result to `receive`, and
/// then checks again whatever waits. How soon a failed fetch is repeated is the caller's to decide.
package struct SigningKeys {
    /// Garbage must not make us hammer Entra: it can force one fetch in this time, whoever sends it.
    package static let forcedPause = Duration.seconds(300)
    /// Without a cache every token wants a fetch; those of a second share one.
    private static let shortestPause = Duration.seconds(1)

    private let metadataAddress: String
    private let timeouts: HTTPRequest.Timeouts
    private let cacheDuration: Duration
    private var set: KeySet?
    private var flight: Flight?
    private var lastAskedAt: ContinuousClock.Instant?
    private var lastForcedAt: ContinuousClock.Instant?
    /// When a fetch should start: because the cache is empty or old, or because of a token that it cannot explain.
    private var dueAt: ContinuousClock.Instant?
    private var forcedDueAt: ContinuousClock.Instant?
    /// The last fetch failed, so what was good before it goes on being good.
    private var isFailing = false

    private struct KeySet {
        /// Some issuers give two keys one id while they change over.
        let keys: [ExactText: [(key: RSAPublicKey, issuer: KeyIssuer)]]
        let askedAt: ContinuousClock.Instant
    }

    private struct Flight {
        let askedAt: ContinuousClock.Instant
        var document: DiscoveryDocument?
        var isSent = false
    }

    /// The first fetch is due at once; a `cacheDuration` of zero keeps no keys for later tokens.
    package init(
        metadataAddress: String, cacheDuration: Duration, timeouts: HTTPRequest.Timeouts = HTTPRequest.Timeouts(),
        at now: ContinuousClock.Instant
    ) {
        self.metadataAddress = metadataAddress
        self.cacheDuration = cacheDuration
        self.timeouts = timeouts
        dueAt = now
    }

    /// After a reload: keys that were good before are no worse now, should Entra not be there to ask.
    package mutating func inherit(_ former: SigningKeys) {
        guard former.metadataAddress == metadataAddress, former.set != nil else { return }
        set = former.set
        (lastAskedAt, lastForcedAt, isFailing) = (former.lastAskedAt, former.lastForcedAt, former.isFailing)
        (dueAt, forcedDueAt) = (former.dueAt, former.forcedDueAt)
    }

    package enum Proof: Hashable, Sendable {
        case genuine(KeyIssuer)
        case refused(CallerRefusal)
        /// Until the next fetch; the refusal is what to say if patience ends before, nil: why keys cannot be fetched.
        case waits(CallerRefusal?)
    }

    /// Whether Entra signed it; `arrival` is when this worker first had the token in hand.
    package mutating func check(
        _ token: CallerToken, since arrival: ContinuousClock.Instant, at now: ContinuousClock.Instant
    ) -> Proof {
        guard let set, isUsable(set, since: arrival, at: now) else {
            let pause = lastAskedAt.map { $0 + Self.shortestPause } ?? now
            dueAt = dueAt ?? max(now, pause)
            return .waits(nil)
        }
        guard let found = set.keys[ExactText(token.keyId)] else {
            let refusal = CallerRefusal.unknownKey(token.keyId, known: set.keys.count)
            guard set.askedAt < arrival else { return .refused(refusal) }
            wantForced(at: now)
            return .waits(refusal)
        }
        for candidate in found where candidate.key.verifies(token.signature, of: token.signed) {
            return .genuine(candidate.issuer)
        }
        let refusal = CallerRefusal.signature(hasNonce: token.hasNonce)
        guard set.askedAt + Self.forcedPause <= now, flight != nil || mayForce(at: now) else {
            return .refused(refusal)
        }
        wantForced(at: now)
        return .waits(refusal)
    }

    /// Fresh, or fetched for this very token, or the best there is while Entra cannot be reached.
    private func isUsable(_ set: KeySet, since arrival: ContinuousClock.Instant, at now: ContinuousClock.Instant)
        -> Bool
    {
        now < set.askedAt + cacheDuration || set.askedAt >= arrival || isFailing
    }

    private func mayForce(at now: ContinuousClock.Instant) -> Bool {
        lastForcedAt.map { $0 + Self.forcedPause <= now } ?? true
    }

    private mutating func wantForced(at now: ContinuousClock.Instant) {
        let permitted = lastForcedAt.map { $0 + Self.forcedPause } ?? now
        forcedDueAt = forcedDueAt ?? max(now, permitted)
    }

    /// When `request` has something to send, as far as it goes by the clock; nil while nothing is wanted or all is sent.
    package var wakesAt: ContinuousClock.Instant? {
        if let flight { return flight.isSent ? nil : flight.askedAt }
        guard let dueAt, let forcedDueAt else { return dueAt ?? forcedDueAt }
        return min(dueAt, forcedDueAt)
    }

    /// The next request of a fetch: for the discovery document, then for the keys that it leads to.
    package mutating func request(now: ContinuousClock.Instant, clientRequestId: String) -> HTTPRequest? {
        guard let wakesAt, wakesAt <= now else { return nil }
        var flight = flight ?? begin(at: now)
        flight.isSent = true
        self.flight = flight
        return HTTPRequest(
            .get, flight.document?.keysAddress ?? metadataAddress,
            headers: [HTTPHeader("client-request-id", clientRequestId)], timeouts: timeouts)
    }

    private mutating func begin(at now: ContinuousClock.Instant) -> Flight {
        lastAskedAt = now
        if dueAt.map({ $0 > now }) ?? true { lastForcedAt = now }
        return Flight(askedAt: now)
    }

    /// True once there are new keys; false while `request` has the other half of the fetch to send.
    @discardableResult
    package mutating func receive(
        _ result: Result<HTTPReply, TransportFailure>, date: Timestamp
    ) throws(ReplyVerdict) -> Bool {
        guard let flight else { return false }
        do throws(ReplyVerdict) {
            guard let document = flight.document else {
                let document = try DiscoveryDocument.read(result, from: metadataAddress, now: date)
                self.flight = Flight(askedAt: flight.askedAt, document: document)
                return false
            }
            set = KeySet(keys: try keys(result, document, date: date), askedAt: flight.askedAt)
        } catch {
            abandon()
            throw error
        }
        self.flight = nil
        (dueAt, forcedDueAt, isFailing) = (nil, nil, false)
        return true
    }

    /// The fetch under way was cancelled or brought nothing; it is due as before.
    package mutating func abandon() {
        flight = nil
        isFailing = true
    }

    private func keys(
        _ result: Result<HTTPReply, TransportFailure>, _ document: DiscoveryDocument, date: Timestamp
    ) throws(ReplyVerdict) -> [ExactText: [(key: RSAPublicKey, issuer: KeyIssuer)]] {
        var keys: [ExactText: [(key: RSAPublicKey, issuer: KeyIssuer)]] = [:]
        for entry in try WebKeySet.read(result, now: date).keys {
            guard let key = RSAPublicKey(entry.material) else { continue }
            let issuer = KeyIssuer(key: entry.issuer, document: document.issuer)
            keys[ExactText(entry.id), default: []].append((key, issuer))
        }
        if keys.isEmpty, case .success(let reply) = result {
            throw ReplyVerdict(
                reply, to: .keys, now: date, finding: "None of its RSA keys is sound (2,048 to 8,192 bits).")
        }
        return keys
    }
}
