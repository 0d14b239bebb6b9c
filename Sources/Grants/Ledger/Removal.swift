/// A revoke or a flush: what it ends, and its place in the order.
package struct Removal: Hashable, Sendable {
    package enum Scope: Hashable, Sendable {
        case grantId(String)
        /// Nil ranges: everything the user holds.
        case user(String, ranges: [CIDR]?)
        case addresses([CIDR])
        case everything
    }

    package let scope: Scope
    package let order: Order

    /// Ranges are kept in their fewest: a producer may list thousands, and all of them are remembered.
    package init(_ scope: Scope, order: Order) {
        self.scope =
            switch scope {
            case .user(let user, let ranges?): .user(user, ranges: IPRangeSet.merged(ranges))
            case .addresses(let ranges): .addresses(IPRangeSet.merged(ranges))
            case .grantId, .user(_, nil), .everything: scope
            }
        self.order = order
    }

    /// How many ranges it takes to remember it.
    var rangeCount: Int {
        switch scope {
        case .user(_, let ranges): ranges?.count ?? 0
        case .addresses(let ranges): ranges.count
        case .grantId, .everything: 0
        }
    }

    /// What remains of a lease after this removal, were it issued at or before it; nil where it does not concern it.
    ///
    /// A range leaves when it shares any address with one that is revoked: in doubt an address leaves.
    func remainder(of lease: Lease) -> [CIDR]? {
        switch scope {
        case .everything:
            []
        case .grantId(let id):
            lease.grantId?.isExactly(id) ?? false ? [] : nil
        case .user(let user, let ranges):
            lease.user.map(foldedUser)?.isExactly(foldedUser(user)) ?? false
                ? remainder(of: lease.ranges, without: ranges) : nil
        case .addresses(let ranges):
            remainder(of: lease.ranges, without: ranges)
        }
    }

    var cause: Departures.Cause { scope == .everything ? .flushed : .revoked }

    /// Whether it would end a grant, or a part of it, that is not in the ledger yet.
    package func ends(_ grant: Lease) -> Bool {
        !precedes(grant.order) && remainder(of: grant) != nil
    }

    /// Nil where nothing leaves.
    private func remainder(of held: [CIDR], without revoked: [CIDR]?) -> [CIDR]? {
        guard let revoked else { return [] }
        let rest = held.filter { range in !revoked.contains { $0.overlaps(range) } }
        return rest.count == held.count ? nil : rest
    }

    /// At the same instant the removal wins.
    func precedes(_ order: Order) -> Bool {
        self.order.issuedAt < order.issuedAt
    }
}
