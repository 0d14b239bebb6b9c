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
    private var takenAt: [LeaseKey: Timestamp] = [:]

    init(_ name: String) {
        ledger = Ledger(location: name, id: "", memory: .seconds(400 * 86_400))
    }

    mutating func expire(at time: Timestamp) {
        for lease in ledger.expire(at: time) { end(lease, lease.ranges, .expired, since: lease.expiresAt) }
    }

    mutating func take(_ lease: Lease, at time: Timestamp) {
        let former = ledger.leases[lease.key]
        guard ledger.take(lease, at: time) == .applied else { return }
        if let former {
            let kept = ledger.leases[lease.key]?.ranges ?? []
            end(former, former.ranges.filter { !kept.contains($0) }, .replaced, since: time)
        }
        takenAt[lease.key] = time
    }

    /// Refused by time or ledger, it still ends what is older of its key.
    mutating func remember(refused lease: Lease, at time: Timestamp) {
        let former = ledger.leases[lease.key]
        ledger.remember(refused: lease, at: time)
        if let former, ledger.leases[lease.key] == nil { end(former, former.ranges, .replaced, since: time) }
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
        subtract(ranges)
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

    /// What somebody else holds need not leave.
    mutating func settle(at time: Timestamp) {
        guard !ended.isEmpty else { return }
        let live = ledger.leases.values.filter { $0.isActive(at: time) }.flatMap(\.ranges)
        subtract(live + pinned)
    }

    private mutating func subtract(_ ranges: [CIDR]) {
        ended = ended.compactMap { ended in
            var rest = ended
            rest.lease.ranges = IPRangeSet.subtracting(ranges, from: ended.lease.ranges)
            return rest.lease.ranges.isEmpty ? nil : rest
        }
    }

    /// What came and went with one list was never in it.
    private mutating func end(_ lease: Lease, _ ranges: [CIDR], _ cause: Departures.Cause, since: Timestamp) {
        guard !ranges.isEmpty, takenAt[lease.key] != since, lease.startsAt.map({ $0 <= since }) ?? true else { return }
        var rest = lease
        rest.ranges = ranges
        ended.append(Ended(lease: rest, cause: cause, since: since))
    }
}
