import GrantCore

/// What the journal has told of one location so far.
struct ReplayedLocation {
    private struct Ended {
        var lease: Lease
        let cause: Departures.Cause
        let since: Timestamp
    }

    private var ledger: Ledger
    /// What was found there and is kept for good.
    private var pinned: [CIDR] = []
    /// What has ended, as far as Entra has not taken a list without it and nobody else holds it.
    private var ended: [Ended] = []

    init(_ name: String) {
        ledger = Ledger(location: name, id: "", memory: .seconds(400 * 86_400))
    }

    mutating func expire(at time: Timestamp) {
        for lease in ledger.expire(at: time) { end(lease, lease.ranges, .expired, since: lease.expiresAt) }
    }

    mutating func take(_ lease: Lease, at time: Timestamp) {
        let former = ledger.leases[lease.key]
        guard ledger.take(lease, at: time) == .applied, let former else { return }
        let kept = ledger.leases[lease.key]?.ranges ?? []
        end(former, former.ranges.filter { !kept.contains($0) }, .replaced, since: time)
    }

    mutating func apply(_ removal: Removal, at time: Timestamp) {
        let before = ledger.leases
        guard ledger.apply(removal, at: time).endedSomething else { return }
        let cause: Departures.Cause = removal.scope == .everything ? .flushed : .revoked
        for (key, lease) in before {
            let kept = ledger.leases[key]?.ranges ?? []
            end(lease, lease.ranges.filter { !kept.contains($0) }, cause, since: time)
        }
    }

    mutating func adopt(_ ranges: [CIDR], as decision: Adoption, at time: Timestamp) {
        let item = ItemName(claiming: Array("adopted.json".utf8), arrived: time, random: 0)
        ledger.adopt(ranges, as: decision, at: time, item: item)
        pinned = ledger.adopted
    }

    /// Entra has taken a list without these ranges.
    mutating func leave(_ ranges: [CIDR]) {
        ended = ended.compactMap { ended in
            var rest = ended
            rest.lease.ranges = IPRangeSet.subtracting(ranges, from: ended.lease.ranges)
            return rest.lease.ranges.isEmpty ? nil : rest
        }
        pinned = IPRangeSet.subtracting(ranges, from: pinned)
    }

    var heldEntries: [LeaseHistory.Entry] {
        let held = ledger.leases.values.map { LeaseHistory.Entry($0, ledger.location) }
        return held + (pinned.isEmpty ? [] : [LeaseHistory.Entry(pinned, ledger.location)])
    }

    var endedEntries: [LeaseHistory.Entry] {
        ended.map { ended in
            var entry = LeaseHistory.Entry(ended.lease, ledger.location)
            (entry.endedAt, entry.cause) = (ended.since, ended.cause.rawValue)
            return entry
        }
    }

    /// Only what nobody else holds has to leave.
    private mutating func end(_ lease: Lease, _ ranges: [CIDR], _ cause: Departures.Cause, since: Timestamp) {
        guard !ranges.isEmpty, lease.startsAt.map({ $0 <= since }) ?? true else { return }
        let held = ledger.leases.values.filter { $0.isActive(at: since) }.flatMap(\.ranges)
        var rest = lease
        rest.ranges = IPRangeSet.subtracting(held + pinned, from: ranges)
        if !rest.ranges.isEmpty { ended.append(Ended(lease: rest, cause: cause, since: since)) }
    }
}
