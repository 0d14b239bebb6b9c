/// Addresses that one grant keeps open until its end.
package struct Lease: Hashable, Sendable {
    package let key: LeaseKey
    package let user: String?
    package let grantId: String?
    /// Sorted, without duplicates, never empty in a ledger.
    package var ranges: [CIDR]
    package let order: Order
    /// Later than the moment of the grant; nil: from that moment.
    package let startsAt: Timestamp?
    package let expiresAt: Timestamp
    package let requestId: String?

    package init(
        user: String? = nil, grantId: String? = nil, ranges: [CIDR], order: Order, startsAt: Timestamp? = nil,
        expiresAt: Timestamp, requestId: String? = nil, key: LeaseKey? = nil
    ) {
        self.key = key ?? LeaseKey(grantId: grantId, user: user, ranges: ranges)
        self.user = user
        self.grantId = grantId
        self.ranges = ranges
        self.order = order
        self.startsAt = startsAt.flatMap { $0 > order.issuedAt ? $0 : nil }
        self.expiresAt = expiresAt
        self.requestId = requestId
    }

    /// Whether its ranges belong in the named location at this moment.
    package func isActive(at now: Timestamp) -> Bool {
        now < expiresAt && (startsAt.map { $0 <= now } ?? true)
    }
}
