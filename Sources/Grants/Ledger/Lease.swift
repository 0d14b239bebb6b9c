/// Addresses that one grant keeps open until its end.
package struct Lease: Hashable, Sendable {
    /// Sorted, without duplicates, never empty in a ledger.
    package var ranges: [CIDR]
    private let terms: Terms

    package var key: LeaseKey { terms.key }
    package var user: String? { terms.user }
    package var grantId: String? { terms.grantId }
    package var order: Order { terms.order }
    /// Later than the moment of the grant; nil: from that moment.
    package var startsAt: Timestamp? { terms.startsAt }
    package var expiresAt: Timestamp { terms.expiresAt }
    package var requestId: String? { terms.requestId }

    package init(
        user: String? = nil, grantId: String? = nil, ranges: [CIDR], order: Order, startsAt: Timestamp? = nil,
        expiresAt: Timestamp, requestId: String? = nil, key: LeaseKey? = nil
    ) {
        self.ranges = ranges
        terms = Terms(
            key: key ?? LeaseKey(grantId: grantId, user: user, ranges: ranges), user: user, grantId: grantId,
            order: order, startsAt: startsAt.flatMap { $0 > order.issuedAt ? $0 : nil }, expiresAt: expiresAt,
            requestId: requestId)
    }

    /// Whether its ranges belong in the named location at this moment.
    package func isActive(at now: Timestamp) -> Bool {
        now < expiresAt && (startsAt.map { $0 <= now } ?? true)
    }

    package static func == (left: Lease, right: Lease) -> Bool {
        left.ranges == right.ranges && (left.terms === right.terms || left.terms.isEqual(to: right.terms))
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(ranges)
        hasher.combine(key)
        hasher.combine(order)
    }
}

/// What never changes of a lease: in memory once, since ledgers of thousands are copied for every commit.
private final class Terms: Sendable {
    let key: LeaseKey
    let user: String?
    let grantId: String?
    let order: Order
    let startsAt: Timestamp?
    let expiresAt: Timestamp
    let requestId: String?

    init(
        key: LeaseKey, user: String?, grantId: String?, order: Order, startsAt: Timestamp?, expiresAt: Timestamp,
        requestId: String?
    ) {
        self.key = key
        self.user = user
        self.grantId = grantId
        self.order = order
        self.startsAt = startsAt
        self.expiresAt = expiresAt
        self.requestId = requestId
    }

    func isEqual(to other: Terms) -> Bool {
        (key, user, grantId, order) == (other.key, other.user, other.grantId, other.order)
            && (startsAt, expiresAt, requestId) == (other.startsAt, other.expiresAt, other.requestId)
    }
}
