import Entra
import Grants
import Spool

/// When the next request may leave and whose it is: the rate limiter, the access token, and what is broken at Entra.
final class Scheduler {
    enum Purpose {
        case token
        case location(String, AccessToken)
        case keys
        case groups(GroupMember, AccessToken)

        /// What the rate limiter and the order of named locations are about.
        var isForLocations: Bool {
            switch self {
            case .token, .location: true
            case .keys, .groups: false
            }
        }
    }

    let transport: any Transport
    private let requests: GraphRequests
    private let retry: RetrySettings
    let jitter: () -> Double
    private let newId: () -> String
    private let reporter: Reporter
    let tokens: AccessTokens
    private(set) var limiter: RateLimiter
    private(set) var underWay: [Exchange.ID: Purpose] = [:]
    /// Graph as a whole.
    private(set) var graphTrouble: Trouble?
    private var wideFailures: [WideFailure] = []
    private var dateAskedAt: ContinuousClock.Instant?

    init(_ parts: WorkerParts, _ reporter: Reporter, at now: Moment) {
        let entra = parts.settings.entra
        transport = parts.transport
        retry = parts.settings.retry
        jitter = parts.jitter
        newId = parts.newId
        self.reporter = reporter
        requests = GraphRequests(
            graph: entra.graph, timeouts: .init(connect: entra.connectTimeout, request: entra.requestTimeout))
        let tokenRequest = TokenRequest(
            authority: entra.authority, tenantId: entra.tenantId, clientId: entra.clientId, graph: entra.graph,
            timeouts: requests.timeouts)
        tokens = AccessTokens(
            TokenSource(tokenRequest, credential: entra.credential), parts.settings.retry, jitter: parts.jitter)
        limiter = RateLimiter(requestsPerSecond: Self.rate(entra), at: now.monotonic)
    }

    /// After a reload: the tenant's limit is as it was, and so is the token if it still fits.
    func inherit(_ former: Scheduler, _ entra: EntraSettings, at now: Moment) {
        limiter = former.limiter.continued(requestsPerSecond: Self.rate(entra), at: now.monotonic)
        tokens.inherit(former.tokens)
    }

    /// A little slower than allowed: Entra counts by its own clock.
    private static func rate(_ entra: EntraSettings) -> Double { entra.requestsPerSecond / 1.02 }

    func conditions(mayAdd: Bool, at now: Moment) -> Conditions {
        let shutTime = limiter.shutTime(at: now.monotonic)
        return Conditions(
            mayAdd: mayAdd, trouble: wideTrouble(at: now), shutTime: shutTime,
            shutRest: limiter.plannedShutTime - shutTime)
    }

    /// What keeps every location from being written.
    func wideTrouble(at now: Moment) -> Failure? { (tokens.failure(at: now) ?? graphTrouble)?.error }

    /// Entra does not answer, so `run --once` leaves the rest to a later run.
    var hasLostEntra: Bool { graphTrouble != nil || tokens.trouble != nil }

    /// Whether an answer is to come that locations wait for.
    var isAnswerDue: Bool { underWay.values.contains(where: \.isForLocations) }

    /// When a wanted request may leave; nil while an answer has to come first, which wakes by itself.
    func leaves(_ wish: Plan.Wish, at now: Moment) -> ContinuousClock.Instant? {
        guard let opening = opening(at: now) else { return nil }
        let slot = max(wish.at, opening)
        // For a write the token is fetched ahead of its slot.
        let needsSlot = wish.kind == .look || tokens.token(at: now) != nil
        return needsSlot ? max(slot, limiter.opensAt) : slot
    }

    /// When Graph or the token endpoint may be asked.
    private func opening(at now: Moment) -> ContinuousClock.Instant? {
        guard let opening = tokens.opensAt(at: now) else { return nil }
        guard let graphTrouble else { return opening }
        // One request at a time finds out whether it is back.
        return isAnswerDue ? nil : max(opening, graphTrouble.retryAt)
    }

    /// Gives the next slot to the location that has waited longest; its list is built when it leaves.
    func send(_ plans: [(machine: LocationMachine, plan: Plan)], mayAdd: Bool, at now: Moment) {
        var wishes: [(machine: LocationMachine, wish: Plan.Wish)] = []
        for (machine, plan) in plans {
            if let wish = plan.request { wishes.append((machine, wish)) }
        }
        while let next = nextToLeave(wishes, at: now) {
            guard let token = accessToken(at: now), limiter.isOpen(at: now.monotonic) else { return }
            limiter.pass(at: now.monotonic)
            let (machine, wish) = wishes.remove(at: next)
            start(wish.kind, of: machine, with: token, mayAdd: mayAdd, at: now)
        }
    }

    /// A read for drift leaves only where nothing else waits.
    private func nextToLeave(_ wishes: [(machine: LocationMachine, wish: Plan.Wish)], at now: Moment) -> Int? {
        wishes.indices.filter { leaves(wishes[$0].wish, at: now).map { $0 <= now.monotonic } ?? false }
            .min { left, right in
                let (one, other) = (wishes[left], wishes[right])
                let ranks = (one.wish.kind == .look ? 1 : 0, other.wish.kind == .look ? 1 : 0)
                return (ranks.0, one.wish.since, one.machine.name) < (ranks.1, other.wish.since, other.machine.name)
            }
    }

    private func start(
        _ kind: Plan.Wish.Kind, of machine: LocationMachine, with token: AccessToken, mayAdd: Bool, at now: Moment
    ) {
        let id = machine.ledger.id
        let request: LocationRequest
        let message: HTTPRequest
        switch kind {
        case .look:
            request = .look
            message = requests.get(id: id, token: token, clientRequestId: newId(), priority: .low)
        case .read:
            request = .read
            message = requests.get(id: id, token: token, clientRequestId: newId(), priority: .high)
        case .write:
            request = machine.nextWrite(at: now.wall, mayAdd: mayAdd)
            guard case .write(let list, _, _) = request else { return }
            let unexplained = machine.leaving(with: list, at: now.wall).unexplained
            guard unexplained.isEmpty else {
                // Such a list would lock people out because of a fault of ours, or of a ledger that was edited.
                let facts = machine.handle(.unexplained(unexplained, jitter: jitter()), at: now)
                return reporter.tell(facts, of: machine.name, at: now)
            }
            message = requests.patch(
                id: id, ranges: list.map(\.description), token: token, clientRequestId: newId())
        }
        _ = machine.handle(.sent(request), at: now)
        underWay[transport.start(message)] = .location(machine.name, token)
    }

    func cancelLook(at machine: LocationMachine, _ now: Moment) {
        for (id, purpose) in underWay {
            guard case .location(let name, _) = purpose, name == machine.name else { continue }
            transport.cancel(id)
            underWay[id] = nil
        }
        _ = machine.handle(.lookCancelled, at: now)
    }

    /// Keys and groups that callers wait for.
    func ask(for lookups: CallerLookups, at now: Moment) {
        if let due = lookups.keysTime, due <= now.monotonic, let request = lookups.keysRequest(newId(), at: now) {
            underWay[transport.start(request)] = .keys
        }
        while let due = groupsTime(lookups, at: now), due <= now.monotonic, let token = accessToken(at: now),
            let (member, request) = lookups.groupsRequest(token, newId(), at: now)
        {
            underWay[transport.start(request)] = .groups(member, token)
        }
    }

    /// When a look-up of groups may leave, with a token or after asking for one.
    func groupsTime(_ lookups: CallerLookups, at now: Moment) -> ContinuousClock.Instant? {
        let isAsking = underWay.values.contains { if case .groups = $0 { true } else { false } }
        guard let time = lookups.groupsTime(isAsking: isAsking) else { return nil }
        return tokens.opensAt(at: now).map { max(time, $0) }
    }

    /// The token in hand, while a new one is fetched ahead of its end; nil where one has to come first.
    private func accessToken(at now: Moment) -> AccessToken? {
        do throws(Failure) {
            if let request = try tokens.renewal(newId(), at: now) { underWay[transport.start(request)] = .token }
        } catch {
            noteTokenFailure(error, wait: nil, at: now)
        }
        return tokens.token(at: now)
    }

    /// The endpoint or the credential is at fault.
    func noteTokenFailure(_ failure: Failure, wait: Duration?, at now: Moment) {
        let trouble = tokens.note(failure, wait: wait, at: now)
        // Its 429 closes the gate as Graph's does, so that nothing that waits for it ages.
        if failure.code == .entra005 { limiter.shut(until: trouble.retryAt, at: now.monotonic) }
        reporter.tell(trouble, at: "token endpoint", now)
        if tokens.token(at: now) == nil { wideFailures.append(.token) }
    }

    /// The answer to any request tells the time; one for a token can be asked for without need.
    func askForDate(at now: Moment) {
        guard let due = dateTime(at: now), due <= now.monotonic else { return }
        dateAskedAt = now.monotonic
        tokens.wantAnother(at: now)
        _ = accessToken(at: now)
    }

    /// Nil while an answer is to come.
    func dateTime(at now: Moment) -> ContinuousClock.Instant? {
        guard underWay.isEmpty else { return nil }
        let due = dateAskedAt.map { $0 + .seconds(10) } ?? now.monotonic
        return max(due, tokens.trouble?.retryAt ?? due)
    }

    /// Nil for a request that was cancelled.
    func finish(_ id: Exchange.ID) -> Purpose? { underWay.removeValue(forKey: id) }

    /// An answer that shows that Graph is well.
    func noteService() {
        limiter.wasServed()
        if graphTrouble != nil { reporter.log(.notice, "entra.recovered", ["endpoint": "graph"]) }
        graphTrouble = nil
    }

    /// A failure of more than one location: a 429 is the tenant's, everything else the endpoint's.
    func noteFailure(_ failure: LocationFailure, metBy location: String, at now: Moment) {
        guard failure.scope == .endpoint else { return shut(failure.error, wait: failure.wait, at: now) }
        let noted = graphTrouble.note(failure.error, retry, jitter: jitter(), wait: failure.wait, at: now)
        reporter.tell(noted, at: "graph", now)
        wideFailures.append(.graph(metBy: location))
    }

    private func shut(_ failure: Failure, wait: Duration?, at now: Moment) {
        let backoff = Backoff(initial: retry.initialBackoff, maximum: retry.maxBackoff)
        let wait = max(wait ?? .zero, backoff.delay(afterAttempts: limiter.throttled + 1, jitter: jitter()))
        limiter.shut(until: now.monotonic + wait, at: now.monotonic)
        reporter.log(
            limiter.throttled == 1 ? .warning : .info, "entra.throttled",
            ["msg": failure.description, "wait_seconds": wait.shortSeconds])
    }

    /// Gets another token where the failure asks for one.
    func dropToken(
        _ token: AccessToken, after failure: ReplyVerdict, since: ContinuousClock.Instant?, at now: Moment
    ) {
        if tokens.drop(token, after: failure, since: since, at: now) { _ = accessToken(at: now) }
    }

    /// What everything that waits has met since it was last asked.
    func takeWideFailures() -> [WideFailure] {
        defer { wideFailures = [] }
        return wideFailures
    }
}
