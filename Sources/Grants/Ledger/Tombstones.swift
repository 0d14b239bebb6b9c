/// The removals that still count against grants that arrive late.
package struct Tombstones: Sendable {
    package struct Tombstone: Hashable, Sendable {
        package let removal: Removal
        /// Whether it ended something, so that its verdict is the same when it is judged again.
        package let endedSomething: Bool
        /// Until when it has to be remembered.
        package let until: Timestamp

        package init(removal: Removal, endedSomething: Bool, until: Timestamp) {
            (self.removal, self.endedSomething, self.until) = (removal, endedSomething, until)
        }
    }

    package private(set) var all: [Removal: Tombstone] = [:]
    /// The newest removal of each `grantId`, so that a grant is not held against every one that there ever was.
    private var newestByGrantId: [ExactText: Timestamp] = [:]
    // By time of issue, so that a grant meets only the few that are not older than itself.
    private var byUser: [ExactText: [Removal]] = [:]
    private var byAddress: [Removal] = []
    private var newestFlush: Timestamp?
    private(set) var forgetting = Forgetting()
    package private(set) var rangeCount = 0
    /// Came, changed or went since the ledger was recorded.
    private(set) var touched: Set<Removal> = []

    package init() {}

    package subscript(removal: Removal) -> Tombstone? { all[removal] }

    /// Adds one, or what it says to what is known of the same removal.
    package mutating func insert(_ tombstone: Tombstone) {
        let removal = tombstone.removal
        let issuedAt = removal.order.issuedAt
        forgetting.note(tombstone.until)
        touched.insert(removal)
        if let known = all[removal] {
            all[removal] = Tombstone(
                removal: removal, endedSomething: known.endedSomething || tombstone.endedSomething,
                until: max(known.until, tombstone.until))
            return
        }
        all[removal] = tombstone
        rangeCount += removal.rangeCount
        switch removal.scope {
        case .everything:
            newestFlush = max(newestFlush ?? issuedAt, issuedAt)
        case .grantId(let id):
            newestByGrantId[ExactText(id)] = max(newestByGrantId[ExactText(id)] ?? issuedAt, issuedAt)
        case .user(let user, _):
            byUser[ExactText(foldedUser(user)), default: []].insertByTime(removal)
        case .addresses:
            byAddress.insertByTime(removal)
        }
    }

    /// What the removals issued at or after a lease leave of its ranges.
    package func remainder(of lease: Lease) -> [CIDR] {
        let issuedAt = lease.order.issuedAt
        if let newestFlush, newestFlush >= issuedAt { return [] }
        if let id = lease.grantId, let newest = newestByGrantId[ExactText(id)], newest >= issuedAt { return [] }
        var rest = lease
        let byItsUser = lease.user.flatMap { byUser[ExactText(foldedUser($0))] } ?? []
        for removals in [byItsUser, byAddress] {
            for removal in removals[removals.partitioningIndex { $0.order.issuedAt >= issuedAt }...] {
                rest.ranges = removal.remainder(of: rest) ?? rest.ranges
            }
        }
        return rest.ranges
    }

    /// Drops what has been remembered long enough; the answer is the newest time of issue among it.
    mutating func forget(before now: Timestamp) -> Timestamp? {
        guard forgetting.isDue(at: now) else { return nil }
        return drop { $0.filter { $0.until <= now } }
    }

    /// Drops the oldest, so that at most so many, and so many ranges of theirs, are left; the answer is the same.
    mutating func keep(atMost count: Int, ranges: Int) -> Timestamp? {
        let all = rangeCount
        return drop { sorted in
            var (left, leftRanges) = (sorted.count, all)
            return sorted.prefix { tombstone in
                defer { (left, leftRanges) = (left - 1, leftRanges - tombstone.removal.rangeCount) }
                return left > count || leftRanges > ranges
            }
        }
    }

    private mutating func drop(_ choose: ([Tombstone]) -> some Sequence<Tombstone>) -> Timestamp? {
        let sorted = all.values.sorted { $0.removal.order < $1.removal.order }
        let over = Array(choose(sorted))
        var rest = Tombstones()
        let gone = Set(over.map(\.removal))
        for tombstone in sorted where !gone.contains(tombstone.removal) { rest.insert(tombstone) }
        rest.touched = touched.union(gone)
        self = rest
        return over.last?.removal.order.issuedAt
    }

    mutating func wasRecorded() { touched = [] }
}

extension Tombstones: Hashable {
    package static func == (left: Tombstones, right: Tombstones) -> Bool { left.all == right.all }

    package func hash(into hasher: inout Hasher) { hasher.combine(all) }
}

extension [Removal] {
    fileprivate mutating func insertByTime(_ removal: Removal) {
        insert(removal, at: partitioningIndex { $0.order.issuedAt > removal.order.issuedAt })
    }
}
