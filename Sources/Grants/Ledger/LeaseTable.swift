/// The leases by their keys, with what finds them by user and by time, so that no turn has to look at all of them.
struct LeaseTable: Sendable {
    private(set) var byKey: [LeaseKey: Lease] = [:]
    /// By the hash of the folded name, which takes less room; whoever else has it is told apart by the removal itself.
    private var keysByUser: [Int: [LeaseKey]] = [:]
    private var starts = Instants()
    private var ends = Instants()
    /// Came, changed or went since the ledger was recorded.
    private(set) var touched: Set<LeaseKey> = []

    init(_ leases: [Lease] = []) {
        byKey.reserveCapacity(leases.count)
        for lease in leases { byKey[lease.key] = lease }
        for lease in byKey.values { noteUser(of: lease) }
        starts = Instants(byKey.values.compactMap(\.startsAt))
        ends = Instants(byKey.values.map(\.expiresAt))
    }

    subscript(key: LeaseKey) -> Lease? { byKey[key] }

    var nextEnd: Timestamp? { ends.first }

    func nextStart(after now: Timestamp) -> Timestamp? { starts.first(after: now) }

    mutating func insert(_ lease: Lease) {
        remove(lease.key)
        touched.insert(lease.key)
        byKey[lease.key] = lease
        noteUser(of: lease)
        if let startsAt = lease.startsAt { starts.insert(startsAt) }
        ends.insert(lease.expiresAt)
    }

    mutating func remove(_ key: LeaseKey) {
        guard let lease = byKey.removeValue(forKey: key) else { return }
        touched.insert(key)
        if let user = lease.user.map(Self.hash) {
            keysByUser[user]?.removeAll { $0 == key }
            if keysByUser[user]?.isEmpty ?? false { keysByUser[user] = nil }
        }
        if let startsAt = lease.startsAt { starts.remove(startsAt) }
        ends.remove(lease.expiresAt)
    }

    /// Takes ranges away; its times and its user stay.
    mutating func leave(_ rest: [CIDR], to key: LeaseKey) {
        byKey[key]?.ranges = rest
        touched.insert(key)
    }

    mutating func wasRecorded() { touched = [] }

    /// Leases that a removal concerns, whatever their age, with what it would leave of each.
    func leases(metBy removal: Removal) -> [(lease: Lease, rest: [CIDR])] {
        var met: [(lease: Lease, rest: [CIDR])] = []
        func consider(_ lease: Lease?) {
            if let lease, let rest = removal.remainder(of: lease) { met.append((lease, rest)) }
        }
        switch removal.scope {
        case .grantId(let id): consider(byKey[LeaseKey(grantId: id)])
        case .user(let user, _): for key in keysByUser[Self.hash(user)] ?? [] { consider(byKey[key]) }
        case .addresses, .everything: for lease in byKey.values { consider(lease) }
        }
        return met
    }

    /// Leases whose time is over; looks at all of them, but only if there are any.
    func leases(overAt now: Timestamp) -> [Lease] {
        guard let nextEnd, nextEnd <= now else { return [] }
        return byKey.values.filter { $0.expiresAt <= now }
    }

    /// Of what is open at a moment all that could cover one of these ranges.
    func held(at now: Timestamp, touching ranges: [CIDR]) -> [CIDR] {
        let wanted = IPRangeSet.union(of: ranges)
        var held: [CIDR] = []
        for lease in byKey.values where lease.isActive(at: now) { held += lease.ranges.filter(wanted.touches) }
        return IPRangeSet.union(of: held)
    }

    private mutating func noteUser(of lease: Lease) {
        if let user = lease.user { keysByUser[Self.hash(user), default: []].append(lease.key) }
    }

    private static func hash(_ user: String) -> Int {
        foldedUser(user).hashValue
    }
}

extension LeaseTable: Hashable {
    static func == (left: LeaseTable, right: LeaseTable) -> Bool { left.byKey == right.byKey }

    func hash(into hasher: inout Hasher) { hasher.combine(byKey) }
}
