/// A ledger as version 0.1 kept it, one JSON file a location.
package enum FormerLedger {
    /// Throws why it cannot be read; it is never taken for another one, nor for an empty one.
    package static func read(_ bytes: [UInt8], memory: Duration) throws(JSONError) -> Ledger {
        let json = try StrictJSON.parse(bytes).value
        let version: Int = try json.member("version")
        guard version == 1 else { throw JSONError("layout version \(version) is not known to this program") }
        let leases: [Lease] = try json.member("leases")
        let endings: [EndedKey] = try json.member("endings")
        let departures: [DepartedRange] = try json.optional("departures") ?? []
        var lists = LedgerLists()
        lists.confirmed = try json.optional("confirmed") ?? []
        lists.kept = try json.optional("kept") ?? lists.confirmed
        lists.adopted = try json.optional("adopted") ?? []
        let confirmation: Confirmation = try json.member("confirmation")
        var settling: [ClaimName: Verdict] = [:]
        let verdicts: [String: String] = try json.member("settling")
        for (claim, verdict) in verdicts {
            guard let name = ClaimName(escaped: claim), let known = Verdict(verdict) else {
                throw JSONError("settling holds \(claim) → \(verdict)")
            }
            settling[name] = known
        }
        return Ledger(
            location: try json.member("location"), id: try json.member("id"), memory: memory,
            // What was there then is written once more.
            confirmation: confirmation == .never ? .never : .unconfirmed, leases: leases,
            tombstones: try json.member("tombstones"), endings: endings.map { ($0.key, $0.ending) },
            forgotten: try json.optional("forgotten"), sentinel: nil, lists: lists,
            departures: departures.map { ($0.range, $0.departure) }, settling: settling)
    }
}

private struct EndedKey: JSONReadable {
    let key: LeaseKey
    let ending: Endings.Ending

    init(json: JSONValue) throws(JSONError) {
        key = LeaseKey(recorded: try json.member("key"))
        ending = Endings.Ending(order: try Order(in: json), until: try json.member("until"))
    }
}

private struct DepartedRange: JSONReadable {
    let range: CIDR
    let departure: Departures.Departure

    init(json: JSONValue) throws(JSONError) {
        range = try json.member("range")
        departure = Departures.Departure(cause: try json.member("cause"), since: try json.member("since"))
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
        self.init(
            user: try json.optional("user"), grantId: try json.optional("grantId"), ranges: try json.member("ranges"),
            order: try Order(in: json), startsAt: try json.optional("startsAt"),
            expiresAt: try json.member("expiresAt"), requestId: try json.optional("requestId"),
            key: LeaseKey(recorded: try json.member("key")))
    }
}

extension Tombstones.Tombstone: JSONReadable {
    package init(json: JSONValue) throws(JSONError) {
        let removed: Removal.Scope
        let (grantId, user): (String?, String?) = (try json.optional("grantId"), try json.optional("user"))
        let ranges: [CIDR]? = try json.optional("ranges")
        let scope: String = try json.member("scope")
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
