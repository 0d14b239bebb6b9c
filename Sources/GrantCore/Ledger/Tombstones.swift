/// The removals that still count against grants that arrive late.
package struct Tombstones: Hashable, Sendable {
    package struct Tombstone: Hashable, Sendable {
        package let removal: Removal
        /// Whether it ended something, so that its verdict is the same when it is judged again.
        package var endedSomething: Bool
        /// Until when it has to be remembered.
        package let until: Timestamp

        package init(removal: Removal, endedSomething: Bool, until: Timestamp) {
            self.removal = removal
            self.endedSomething = endedSomething
            self.until = until
        }
    }

    package private(set) var all: [Removal: Tombstone] = [:]
    /// The newest removal of each `grantId`, so that a grant is not held against every one that there ever was.
    private var newestByGrantId: [String: Timestamp] = [:]
    private var byUser: [String: [Removal]] = [:]
    private var byAddress: [Removal] = []
    private var newestFlush: Timestamp?

    package init() {}

    package subscript(removal: Removal) -> Tombstone? { all[removal] }

    package mutating func insert(_ tombstone: Tombstone) {
        let removal = tombstone.removal
        let issuedAt = removal.order.issuedAt
        let known = all.updateValue(tombstone, forKey: removal) != nil
        guard !known else { return }
        switch removal.scope {
        case .everything:
            newestFlush = max(newestFlush ?? issuedAt, issuedAt)
        case .grantId(let id):
            newestByGrantId[id] = max(newestByGrantId[id] ?? issuedAt, issuedAt)
        case .user(let user, _):
            byUser[foldedUser(user), default: []].append(removal)
        case .addresses:
            byAddress.append(removal)
        }
    }

    /// What the removals issued at or after a lease leave of its ranges.
    package func remainder(of lease: Lease) -> [CIDR] {
        let issuedAt = lease.order.issuedAt
        if let newestFlush, newestFlush >= issuedAt { return [] }
        if let id = lease.grantId, let newest = newestByGrantId[id], newest >= issuedAt { return [] }
        var rest = lease
        let byItsUser = lease.user.flatMap { byUser[foldedUser($0)] } ?? []
        for removals in [byItsUser, byAddress] {
            for removal in removals where removal.order.issuedAt >= issuedAt {
                rest.ranges = removal.remainder(of: rest) ?? rest.ranges
            }
        }
        return rest.ranges
    }

    package mutating func forget(before now: Timestamp) {
        let kept = all.values.filter { $0.until > now }
        guard kept.count < all.count else { return }
        self = Tombstones()
        for tombstone in kept { insert(tombstone) }
    }
}
