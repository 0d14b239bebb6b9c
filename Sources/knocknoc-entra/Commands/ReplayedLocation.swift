import Grants

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
    /// Since the last batch was settled.
    private var taken: [LeaseKey] = []
    private var endedBefore = 0

    init(_ name: String) {
        ledger = Ledger(location: name, id: "", memory: .seconds(400 * 86_400))
    }

    /// Each line takes effect at its own time, which is when the verdict stood; `left` lines have their turn later.
    mutating func apply(_ record: JournalRecord) {
        expire(at: record.time)
        switch record.event {
        case "grant":
            guard let lease = record.lease else { return }
            switch record.verdict {
            case "done": take(lease, at: record.time)
            case "SPOOL004", "SPOOL005": remember(refused: lease, at: record.time)
            default: return
            }
        case "revoke", "flush":
            if let removal = record.removal { apply(removal, at: record.time) }
        case "refused":
            let held = ledger.leases.values.first { $0.order.name.description == record.item }
            guard let lease = held.flatMap({ ledger.refuse($0.key, at: record.time) }) else { return }
            end(lease, lease.ranges, .refused, since: record.time)
        case "adopted":
            if let decision = record.decision.flatMap(Adoption.init) {
                adopt(record.foundRanges, as: decision, at: record.time)
            }
        default: return
        }
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
        taken.append(lease.key)
    }

    /// Refused by time or ledger, it still ends what is older of its key.
    private mutating func remember(refused lease: Lease, at time: Timestamp) {
        let former = ledger.leases[lease.key]
        ledger.remember(refused: lease, at: time)
        if let former, ledger.leases[lease.key] == nil { end(former, former.ranges, .replaced, since: time) }
    }

    private mutating func apply(_ removal: Removal, at time: Timestamp) {
        let met = ledger.leases(metBy: removal)
        guard ledger.apply(removal, at: time).endedSomething else { return }
        let cause: Departures.Cause = removal.scope == .everything ? .flushed : .revoked
        for (lease, _) in met {
            let kept = ledger.leases[lease.key]?.ranges ?? []
            end(lease, lease.ranges.filter { !kept.contains($0) }, cause, since: time)
        }
    }

    private mutating func adopt(_ ranges: [CIDR], as decision: Adoption, at time: Timestamp) {
        ledger.adopt(ranges, as: decision, at: time)
        pinned = ledger.adopted
    }

    /// Entra has taken a list without these ranges.
    mutating func leave(_ ranges: [CIDR]) {
        subtract(ranges)
        pinned = IPRangeSet.subtracting(ranges, from: pinned)
    }

    var heldEntries: [LeaseEntry] {
        let held = ledger.leases.values.map { LeaseEntry($0, ledger.location) }
        return held + (pinned.isEmpty ? [] : [LeaseEntry(pinned, ledger.location)])
    }

    var endedEntries: [LeaseEntry] {
        ended.map { ended in
            var entry = LeaseEntry(ended.lease, ledger.location)
            (entry.endedAt, entry.cause) = (ended.since, ended.cause.rawValue)
            return entry
        }
    }

    /// What somebody else holds need not leave; a batch is looked at as a whole, since one list came of it.
    mutating func settle(at time: Timestamp) {
        let fresh = ended[endedBefore...].compactMap { without(pinned + live(touching: $0.lease.ranges, at: time), $0) }
        ended = ended[..<endedBefore] + fresh
        let active = taken.compactMap { ledger.leases[$0] }.filter { $0.isActive(at: time) }
        if !active.isEmpty { subtract(active.flatMap(\.ranges)) }
        (taken, endedBefore) = ([], ended.count)
    }

    /// The same of all that has ended, since leases have begun meanwhile.
    mutating func settleAll(at time: Timestamp) {
        endedBefore = 0
        settle(at: time)
    }

    private func live(touching ranges: [CIDR], at time: Timestamp) -> [CIDR] {
        var found: [CIDR] = []
        for lease in ledger.leases.values where lease.isActive(at: time) {
            for range in lease.ranges where ranges.contains(where: range.overlaps) { found.append(range) }
        }
        return found
    }

    private mutating func subtract(_ ranges: [CIDR]) {
        ended = ended.compactMap { without(ranges, $0) }
        endedBefore = min(endedBefore, ended.count)
    }

    private func without(_ ranges: [CIDR], _ ended: Ended) -> Ended? {
        var rest = ended
        rest.lease.ranges = IPRangeSet.subtracting(ranges, from: ended.lease.ranges)
        return rest.lease.ranges.isEmpty ? nil : rest
    }

    /// What came and went with one list was never in it.
    private mutating func end(_ lease: Lease, _ ranges: [CIDR], _ cause: Departures.Cause, since: Timestamp) {
        guard !ranges.isEmpty, takenAt[lease.key] != since, lease.startsAt.map({ $0 <= since }) ?? true else { return }
        var rest = lease
        rest.ranges = ranges
        ended.append(Ended(lease: rest, cause: cause, since: since))
    }
}
