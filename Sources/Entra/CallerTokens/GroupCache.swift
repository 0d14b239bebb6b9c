package import Grants

/// Who is in which of the groups that matter here: asked of Graph once per caller and cache lifetime.
///
/// A state without clock or network. Requests pass a gate of their own, so that logins cannot hold up revokes.
package struct GroupCache: Sendable {
    package enum Knowledge: Hashable, Sendable {
        /// Those of the configured groups that the caller is in.
        case groups(Set<String>)
        case refused(CallerRefusal)
        /// A request has to be made or is under way.
        case waits
    }

    /// Groups of one caller, over all pages.
    package static let mostGroups = 20_000
    private static let mostEntries = 10_000
    private static let mostFlights = 8

    private let requests: GraphRequests
    private let configured: Set<String>
    private let duration: Duration
    private var pacing: RateLimiter
    private var entries: [GroupMember: Entry] = [:]
    private var wanted: [GroupMember] = []
    /// Also those of whom only the first pages were read.
    private var flights: [GroupMember: Flight] = [:]
    private var underWay = 0

    private struct Entry {
        let answer: Knowledge
        let askedAt: ContinuousClock.Instant
    }

    private struct Flight {
        let askedAt: ContinuousClock.Instant
        var found: Set<String> = []
        var seen = 0
        var nextLink: String?
    }

    /// `configured` are the groups of all locations, in lower case; a `duration` of zero keeps nothing.
    package init(
        _ requests: GraphRequests, configured: Set<String>, duration: Duration, requestsPerSecond: Double = 10,
        at now: ContinuousClock.Instant
    ) {
        self.requests = requests
        self.configured = configured
        self.duration = duration
        pacing = RateLimiter(requestsPerSecond: requestsPerSecond, at: now)
    }

    /// After a reload: what Graph said of the same groups holds on, and the gate stays as it was.
    package mutating func inherit(_ former: GroupCache) {
        guard former.requests == requests, former.configured == configured else { return }
        (entries, pacing) = (former.entries, former.pacing)
    }

    /// When the next request may leave; nil while none has to.
    package var opensAt: ContinuousClock.Instant? {
        wanted.isEmpty || underWay >= Self.mostFlights ? nil : pacing.opensAt
    }

    /// What was asked after the request arrived answers it in any case, also where nothing is kept.
    package mutating func groups(
        of member: GroupMember, since arrival: ContinuousClock.Instant, at now: ContinuousClock.Instant
    ) -> Knowledge {
        if let entry = entries[member], entry.askedAt >= arrival || isFresh(entry, at: now) { return entry.answer }
        if flights[member] == nil, !wanted.contains(member) { wanted.append(member) }
        return .waits
    }

    private func isFresh(_ entry: Entry, at now: ContinuousClock.Instant) -> Bool {
        guard case .groups = entry.answer else { return false }  // what was refused is asked for anew
        return now < entry.askedAt + duration
    }

    /// The next look-up, where one is wanted and the gate is open; hand its end to `receive`.
    package mutating func request(
        now: ContinuousClock.Instant, token: AccessToken, clientRequestId: String
    ) -> (member: GroupMember, request: HTTPRequest)? {
        guard let opensAt, opensAt <= now else { return nil }
        pacing.pass(at: now)
        underWay += 1
        let member = wanted.removeFirst()
        if let link = flights[member]?.nextLink,
            let next = requests.next(link, token: token, clientRequestId: clientRequestId)
        {
            return (member, next)
        }
        flights[member] = Flight(askedAt: now)
        return (member, requests.groups(of: member, token: token, clientRequestId: clientRequestId))
    }

    /// Throws what keeps the groups from being learnt; they stay wanted, and when to ask again is the caller's to decide.
    package mutating func receive(
        _ result: Result<HTTPReply, TransportFailure>, of member: GroupMember, now: ContinuousClock.Instant,
        date: Timestamp
    ) throws(ReplyVerdict) {
        underWay -= 1
        guard var flight = flights.removeValue(forKey: member) else { return }
        if case .success(let reply) = result, let refusal = refusal(reply, of: member) {
            return keep(.refused(refusal), of: member, askedAt: flight.askedAt, at: now)
        }
        let page: GraphPage<String>
        do throws(ReplyVerdict) {
            page = try GraphPage.groups(result, now: date)
            if let link = page.nextLink, !requests.mayFollow(link), case .success(let reply) = result {
                throw ReplyVerdict(reply, to: .groups, now: date, finding: "Its next page lies on another host.")
            }
        } catch {
            wanted.append(member)
            if error.code == .entra005 { pacing.shut(until: now + (error.retryAfter ?? .zero), at: now) }
            throw error
        }
        pacing.wasServed()
        flight.seen += page.elements.count
        flight.found.formUnion(configured.intersection(page.elements))
        flight.nextLink = page.nextLink
        if flight.seen > Self.mostGroups {
            keep(.refused(.tooManyGroups(Self.mostGroups)), of: member, askedAt: flight.askedAt, at: now)
        } else if page.nextLink == nil {
            keep(.groups(flight.found), of: member, askedAt: flight.askedAt, at: now)
        } else {
            flights[member] = flight
            wanted.insert(member, at: 0)
        }
    }

    /// What no second question would change.
    private func refusal(_ reply: HTTPReply, of member: GroupMember) -> CallerRefusal? {
        if reply.saysTooManyGroups { return .tooManyGroups(11_000) }
        return Sight(reply, to: .groups) == .notFound ? .unknownToDirectory(member.objectId) : nil
    }

    private mutating func keep(
        _ answer: Knowledge, of member: GroupMember, askedAt: ContinuousClock.Instant, at now: ContinuousClock.Instant
    ) {
        if entries.count >= Self.mostEntries { entries = entries.filter { isFresh($0.value, at: now) } }
        if entries.count >= Self.mostEntries { entries = [:] }
        entries[member] = Entry(answer: answer, askedAt: askedAt)
    }
}
