/// What a ledger file says, held to what a ledger can be: it is never taken for another one, nor for an empty one.
extension Ledger {
    /// That the list it was confirmed with is still the one there is vouched for by a clean stop alone.
    init(json: JSONValue, memory: Duration) throws(JSONError) {
        let version: Int = try json.member("version")
        guard version == LedgerDocument.version else {
            throw JSONError("layout version \(version) is not known to this program")
        }
        let leases: [Lease] = try json.member("leases")
        let endings: [EndedKey] = try json.member("endings")
        let departures: [DepartedRange] = try json.optional("departures") ?? []
        let listed: [CIDR] = try json.optional("confirmed") ?? []
        self.init(
            location: try json.member("location"), id: try json.member("id"), memory: memory, leases: leases,
            tombstones: try json.member("tombstones"), endings: endings.map { ($0.key, $0.ending) },
            forgotten: try json.optional("forgotten"), listed: listed, kept: try json.optional("kept") ?? listed,
            departures: Departures(Dictionary(departures.map { ($0.range, $0.departure) }) { _, last in last }))
        adopted = try json.optional("adopted") ?? []
        confirmation = try json.member("confirmation")
        guard self.leases.count == leases.count, self.endings.byKey.count == endings.count else {
            throw JSONError("a key stands there twice")
        }
        guard confirmation != .confirmed || !listed.isEmpty else { throw JSONError("its confirmation is confirmed") }
        let verdicts: [String: String] = try json.member("settling")
        for (claim, verdict) in verdicts {
            guard let name = ClaimName(escaped: claim), let known = Verdict(verdict) else {
                throw JSONError("settling holds \(claim) → \(verdict)")
            }
            settling[name] = known
        }
    }
}

extension Confirmation: JSONWord {}
extension Departures.Cause: JSONWord {}

extension Order {
    /// Its two members stand among those of what it belongs to.
    fileprivate init(in json: JSONValue) throws(JSONError) {
        self.init(issuedAt: try json.member("issuedAt"), name: try json.member("item"))
    }
}

extension Lease: JSONReadable {
    package init(json: JSONValue) throws(JSONError) {
        let key = LeaseKey(recorded: try json.member("key"))
        let grantId: String? = try json.optional("grantId")
        let ranges: [CIDR] = try json.member("ranges")
        // Revokes find a lease by the key that its grantId makes; the addresses of other keys may be partly gone.
        guard grantId.map({ LeaseKey(grantId: $0) == key }) ?? true, !ranges.isEmpty else {
            throw JSONError(": the lease \(key) has no ranges, or not the grantId of its key")
        }
        self.init(
            user: try json.optional("user"), grantId: grantId, ranges: ranges, order: try Order(in: json),
            startsAt: try json.optional("startsAt"), expiresAt: try json.member("expiresAt"),
            requestId: try json.optional("requestId"), key: key)
    }
}

extension Tombstones.Tombstone: JSONReadable {
    package init(json: JSONValue) throws(JSONError) {
        let scope: String = try json.member("scope")
        let (grantId, user): (String?, String?) = (try json.optional("grantId"), try json.optional("user"))
        let ranges: [CIDR]? = try json.optional("ranges")
        let removed: Removal.Scope
        switch (scope, grantId, user, ranges) {
        case ("grantId", let id?, _, _): removed = .grantId(id)
        case ("user", _, let name?, let revoked): removed = .user(name, ranges: revoked)
        case ("addresses", _, _, let revoked?): removed = .addresses(revoked)
        case ("everything", _, _, _): removed = .everything
        default: throw JSONError(": a tombstone has the scope \(scope) without what belongs to it")
        }
        self.init(
            removal: Removal(removed, order: try Order(in: json)), endedSomething: try json.member("endedSomething"),
            until: try json.member("until"))
    }
}

extension EndedKey: JSONReadable {
    init(json: JSONValue) throws(JSONError) {
        key = LeaseKey(recorded: try json.member("key"))
        ending = Endings.Ending(order: try Order(in: json), until: try json.member("until"))
    }
}

extension DepartedRange: JSONReadable {
    init(json: JSONValue) throws(JSONError) {
        range = try json.member("range")
        departure = Departures.Departure(cause: try json.member("cause"), since: try json.member("since"))
    }
}
