/// What a named location should hold, as far as Entra lets it, and who finds no room.
package struct DesiredRanges: Hashable, Sendable {
    /// Sorted, never empty, never more than the limit.
    package let list: [CIDR]
    /// Waiting grants that do not fit, the oldest first; the others stand in the list.
    package let withoutRoom: [Lease]
    /// Leases whose ranges the list cannot show, the oldest first; they stay in the ledger and come back with room.
    ///
    /// It takes more pinned ranges than before, or a removal out of the middle of merged ranges, to have any.
    package let hidden: [Lease]

    init(_ list: [CIDR], withoutRoom: [Lease] = [], hidden: [Lease] = [], sentinel: CIDR) {
        self.list = list.isEmpty ? [sentinel] : list
        self.withoutRoom = withoutRoom
        self.hidden = hidden
    }
}

extension Ledger {
    /// How many ranges Entra takes in one named location.
    package static let limit = 2_000

    /// The list that the named location should hold: active leases and waiting grants, pinned ranges, else the sentinel.
    ///
    /// Of each key only the newest counts; ranges covered by others are dropped. Siblings are merged, without loss,
    /// only where the list would pass the limit. Where all together do not fit even so, the oldest waiting grants go
    /// first, and each that does not fit with those before it stays out. A grant for later keeps its place from now on.
    package func desiredRanges(
        at now: Timestamp, adding waiting: some Sequence<Lease> = EmptyCollection(), pinned: [CIDR], sentinel: CIDR,
        limit: Int = Ledger.limit
    ) -> DesiredRanges {
        let newer = newest(of: waiting, at: now)
        var (shown, later) = (pinned, [CIDR]())
        func add(_ lease: Lease) {
            if lease.isActive(at: now) {
                shown += lease.ranges
            } else if lease.expiresAt > now {
                later += lease.ranges
            }
        }
        let replacesSome = newer.keys.contains { leases[$0] != nil }
        for lease in leases.values where !replacesSome || newer[lease.key] == nil { add(lease) }
        for lease in newer.values { add(lease) }
        if let list = Self.fitting(shown, later, limit) { return DesiredRanges(list, sentinel: sentinel) }
        var room = Room(leases.values, pinned: pinned, at: now, limit: limit)
        for grant in unsuperseded(waiting, at: now) { room.add(grant) }
        return DesiredRanges(
            room.shown.list(limit: limit), withoutRoom: room.withoutRoom, hidden: room.hidden, sentinel: sentinel)
    }

    /// The same list where no limit counts.
    package func desired(
        at now: Timestamp, adding waiting: some Sequence<Lease> = EmptyCollection(), pinned: [CIDR], sentinel: CIDR
    ) -> [CIDR] {
        desiredRanges(at: now, adding: waiting, pinned: pinned, sentinel: sentinel, limit: .max).list
    }

    /// What may be sent while nothing can be recorded: only what Graph is known to hold, else what the leases open.
    ///
    /// A range that stands in a wider or merged one adds nothing, nor does a waiting grant that Graph has taken already;
    /// no waiting grant takes the place of a lease.
    package func desiredWithoutAdditions(
        at now: Timestamp, adding waiting: some Sequence<Lease> = EmptyCollection(), pinned: [CIDR], sentinel: CIDR,
        limit: Int = Ledger.limit
    ) -> [CIDR] {
        guard let confirmed = confirmedList else {
            return desiredRanges(at: now, pinned: pinned, sentinel: sentinel, limit: limit).list
        }
        let known = IPRangeSet.merged(confirmed)
        let taken = unsuperseded(waiting, at: now).filter { $0.isActive(at: now) }.flatMap(\.ranges)
        let held = leases.values.filter { $0.isActive(at: now) }.flatMap(\.ranges)
        let kept = IPRangeSet.union(of: (pinned + held + taken).filter(known.covers))
        if kept.isEmpty { return [sentinel] }
        if kept.count <= limit { return kept }
        let merged = IPRangeSet.merged(kept)
        // Holes in what was merged: what does not fit is hidden, as it is elsewhere.
        return merged.count <= limit
            ? merged
            : desiredRanges(at: now, pinned: pinned, sentinel: sentinel, limit: limit).list.filter(known.covers)
    }

    /// The list if everything fits, as it is or merged; nil if something has to stay out.
    private static func fitting(_ shown: [CIDR], _ later: [CIDR], _ limit: Int) -> [CIDR]? {
        let list = IPRangeSet.union(of: shown)
        let reserved = later.isEmpty ? list : IPRangeSet.union(of: list + later)
        if list.count <= limit && reserved.count <= limit { return list }
        let merged = IPRangeSet.merged(list)
        guard merged.count <= limit, IPRangeSet.merged(reserved).count <= limit else { return nil }
        return list.count <= limit ? list : merged
    }

    /// Waiting grants that nothing supersedes, the newest of each key, without what was revoked.
    ///
    /// One with nothing left supersedes the older ones of its key all the same, as it will when it is refused.
    private func newest(of waiting: some Sequence<Lease>, at now: Timestamp) -> [LeaseKey: Lease] {
        var newest: [LeaseKey: Lease] = [:]
        for grant in waiting where newest[grant.key].map({ $0.order < grant.order }) ?? true && !isSuperseded(grant) {
            var lease = grant
            lease.ranges = remainder(of: grant, at: now)
            newest[grant.key] = lease
        }
        return newest
    }

    /// Waiting grants that nothing in the ledger supersedes, the oldest first, without what was revoked.
    private func unsuperseded(_ waiting: some Sequence<Lease>, at now: Timestamp) -> [Lease] {
        var found: [Lease] = []
        for grant in waiting where !isSuperseded(grant) {
            var lease = grant
            lease.ranges = remainder(of: grant, at: now)
            found.append(lease)
        }
        return found.sorted { $0.order < $1.order }
    }
}

/// A named location that fills up, grant by grant.
private struct Room {
    private let now: Timestamp
    private let limit: Int
    /// What is open now.
    private(set) var shown: Occupancy
    /// What is open now and what will be.
    private var reserved: Occupancy
    private var held: [LeaseKey: Lease] = [:]
    private(set) var withoutRoom: [Lease] = []
    private(set) var hidden: [Lease] = []

    init(_ leases: some Collection<Lease>, pinned: [CIDR], at now: Timestamp, limit: Int) {
        self.now = now
        self.limit = limit
        let unfinished = leases.filter { $0.expiresAt > now }
        reserved = Occupancy(pinned + unfinished.flatMap(\.ranges))
        shown = Occupancy(pinned + unfinished.filter { $0.isActive(at: now) }.flatMap(\.ranges))
        for lease in unfinished { held[lease.key] = lease }
        if shown.cover.count > limit { hideWhatDoesNotFit(pinned) }
    }

    /// Takes a grant that is newer than all before it, if there is room.
    mutating func add(_ grant: Lease) {
        let former = held[grant.key]
        let (old, new) = (rangesNow(of: former), rangesNow(of: grant))
        guard shown.exchange(old, for: new, limit: limit) else {
            withoutRoom.append(grant)
            return
        }
        guard reserved.exchange(ranges(of: former), for: ranges(of: grant), limit: limit) else {
            shown.replace(new, with: old)
            withoutRoom.append(grant)
            return
        }
        held[grant.key] = grant
        hidden.removeAll { $0.key == grant.key }
    }

    /// The oldest stay: what is pinned, then the leases in their order.
    private mutating func hideWhatDoesNotFit(_ pinned: [CIDR]) {
        shown = Occupancy([])
        for range in IPRangeSet.union(of: pinned) { _ = shown.exchange([], for: [range], limit: limit) }
        for lease in held.values.sorted(by: { $0.order < $1.order }) where lease.isActive(at: now) {
            if !shown.exchange([], for: lease.ranges, limit: limit) { hidden.append(lease) }
        }
    }

    private func rangesNow(of lease: Lease?) -> [CIDR] {
        guard let lease, lease.isActive(at: now), !hidden.contains(lease) else { return [] }
        return lease.ranges
    }

    private func ranges(of lease: Lease?) -> [CIDR] {
        guard let lease, lease.expiresAt > now else { return [] }
        return lease.ranges
    }
}
