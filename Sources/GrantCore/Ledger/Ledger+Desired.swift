extension Ledger {
    /// The list that the named location should hold: active leases and waiting grants, pinned ranges, else the sentinel.
    ///
    /// Of each key only the newest counts; ranges covered by others are dropped; sorted.
    package func desired(
        at now: Timestamp, adding waiting: some Sequence<Lease> = EmptyCollection(), pinned: [CIDR], sentinel: CIDR
    ) -> [CIDR] {
        let newer = newest(of: waiting, at: now)
        var ranges = pinned
        for lease in leases.values where lease.isActive(at: now) && newer[lease.key] == nil { ranges += lease.ranges }
        for lease in newer.values where lease.isActive(at: now) { ranges += lease.ranges }
        return ranges.isEmpty ? [sentinel] : IPRangeSet.union(of: ranges)
    }

    /// Waiting grants that nothing supersedes, the newest of each key, without what was revoked.
    private func newest(of waiting: some Sequence<Lease>, at now: Timestamp) -> [LeaseKey: Lease] {
        var newest: [LeaseKey: Lease] = [:]
        for grant in waiting where newest[grant.key].map({ $0.order < grant.order }) ?? true && !isSuperseded(grant) {
            var lease = grant
            lease.ranges = remainder(of: grant, at: now)
            if !lease.ranges.isEmpty { newest[grant.key] = lease }
        }
        return newest
    }
}
