extension Ledger {
    /// The list that the named location should hold: active leases and waiting grants, pinned ranges, else the sentinel.
    ///
    /// Of each key only the newest counts; ranges covered by others are dropped; sorted.
    package func desired(
        at now: Timestamp, adding waiting: some Sequence<Lease> = EmptyCollection(), pinned: [CIDR], sentinel: CIDR
    ) -> [CIDR] {
        var newest = leases
        for grant in waiting where !isSuperseded(grant) && newest[grant.key].map({ $0.order < grant.order }) ?? true {
            var lease = grant
            lease.ranges = tombstones.remainder(of: grant)
            if !lease.ranges.isEmpty { newest[grant.key] = lease }
        }
        var ranges = pinned
        for lease in newest.values where lease.isActive(at: now) { ranges += lease.ranges }
        return ranges.isEmpty ? [sentinel] : IPRangeSet.union(of: ranges)
    }

    /// The next moment at which a lease starts or ends, or nil.
    package func nextChange(after now: Timestamp) -> Timestamp? {
        var next: Timestamp?
        for lease in leases.values {
            let change = lease.startsAt.map { $0 > now ? $0 : lease.expiresAt } ?? lease.expiresAt
            next = min(next ?? change, change)
        }
        return next
    }
}
