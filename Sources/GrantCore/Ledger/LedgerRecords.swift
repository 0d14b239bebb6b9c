/// The parts of a ledger file; every time is RFC 3339 and every name is escaped, so that `cat` and `jq` serve.
struct LeaseRecord: Codable, Sendable {
    var key: String
    var user: String?
    var grantId: String?
    var ranges: [CIDR]
    var issuedAt: Timestamp
    var item: String
    var startsAt: Timestamp?
    var expiresAt: Timestamp
    var requestId: String?

    init(_ lease: Lease) {
        key = lease.key.description
        user = lease.user
        grantId = lease.grantId
        ranges = lease.ranges
        issuedAt = lease.order.issuedAt
        item = lease.order.name.description
        startsAt = lease.startsAt
        expiresAt = lease.expiresAt
        requestId = lease.requestId
    }

    func lease() throws(LedgerDocumentError) -> Lease {
        let key = LeaseKey(recorded: key)
        // Revokes find a lease by the key that its grantId makes; the addresses of other keys may be partly gone.
        guard grantId.map({ LeaseKey(grantId: $0) == key }) ?? true, !ranges.isEmpty else {
            throw LedgerDocumentError(reason: "the lease \(key) has no ranges, or not the grantId of its key")
        }
        return Lease(
            user: user, grantId: grantId, ranges: ranges, order: try order(issuedAt, item), startsAt: startsAt,
            expiresAt: expiresAt, requestId: requestId, key: key)
    }
}

struct TombstoneRecord: Codable, Sendable {
    var scope: String
    var grantId: String?
    var user: String?
    var ranges: [CIDR]?
    var issuedAt: Timestamp
    var item: String
    var endedSomething: Bool
    var until: Timestamp

    init(_ tombstone: Tombstones.Tombstone) {
        switch tombstone.removal.scope {
        case .grantId(let id): (scope, grantId) = ("grantId", id)
        case .user(let name, let revoked): (scope, user, ranges) = ("user", name, revoked)
        case .addresses(let revoked): (scope, ranges) = ("addresses", revoked)
        case .everything: scope = "everything"
        }
        issuedAt = tombstone.removal.order.issuedAt
        item = tombstone.removal.order.name.description
        endedSomething = tombstone.endedSomething
        until = tombstone.until
    }

    func tombstone() throws(LedgerDocumentError) -> Tombstones.Tombstone {
        let removed: Removal.Scope
        switch (scope, grantId, user, ranges) {
        case ("grantId", let id?, _, _): removed = .grantId(id)
        case ("user", _, let name?, let revoked): removed = .user(name, ranges: revoked)
        case ("addresses", _, _, let revoked?): removed = .addresses(revoked)
        case ("everything", _, _, _): removed = .everything
        default: throw LedgerDocumentError(reason: "a tombstone has the scope \(scope) without what belongs to it")
        }
        return .init(
            removal: Removal(removed, order: try order(issuedAt, item)), endedSomething: endedSomething, until: until)
    }
}

struct EndingRecord: Codable, Sendable {
    var key: String
    var issuedAt: Timestamp
    var item: String
    var until: Timestamp

    init(_ key: LeaseKey, _ ending: Endings.Ending) {
        self.key = key.description
        issuedAt = ending.order.issuedAt
        item = ending.order.name.description
        until = ending.until
    }

    func ending() throws(LedgerDocumentError) -> Endings.Ending {
        .init(order: try order(issuedAt, item), until: until)
    }
}

private func order(_ issuedAt: Timestamp, _ item: String) throws(LedgerDocumentError) -> Order {
    guard let name = ItemName(escaped: item) else {
        throw LedgerDocumentError(reason: "\(item) is not the name of an item")
    }
    return Order(issuedAt: issuedAt, name: name)
}

struct DepartureRecord: Codable, Sendable {
    var range: CIDR
    var cause: String
    var since: Timestamp

    init(_ range: CIDR, _ departure: Departures.Departure) {
        self.range = range
        cause = departure.cause.rawValue
        since = departure.since
    }
}

extension Departures {
    init(_ records: [DepartureRecord]) throws(LedgerDocumentError) {
        var byRange: [CIDR: Departure] = [:]
        for record in records {
            guard let cause = Cause(rawValue: record.cause) else {
                throw LedgerDocumentError(reason: "\(record.range) leaves because of \(record.cause), an unknown cause")
            }
            byRange[record.range] = Departure(cause: cause, since: record.since)
        }
        self.init(byRange)
    }
}
