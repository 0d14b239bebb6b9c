import Grants
import Spool

/// Who is let in at one moment: now by the ledgers, then by the journal.
struct LeaseHistory {
    let entries: [LeaseEntry]
    /// What this answer may lack.
    var notes: [String] = []

    /// What the ledgers hold at this moment, and what has ended and is still in Entra.
    static func now(_ spool: SpoolView, at now: Timestamp) throws -> LeaseHistory {
        let store = try LedgerStore(spool: spool.path)
        var entries: [LeaseEntry] = []
        for location in try store.locations() {
            let ledger = try store.read(location, memory: .seconds(400 * 86_400))
            let live = ledger.leases.values.filter { $0.expiresAt > now }
            entries += live.map { LeaseEntry($0, location.name) }
            if !ledger.adopted.isEmpty { entries.append(LeaseEntry(ledger.adopted, location.name)) }
            entries += try ended(ledger, spool, at: now)
        }
        return LeaseHistory(entries: entries.sorted(by: isBefore))
    }

    /// The ledger knows the ranges that have to leave, the journal which of them have since, and whose they were.
    private static func ended(_ ledger: Ledger, _ spool: SpoolView, at now: Timestamp) throws -> [LeaseEntry] {
        var ledger = ledger
        _ = ledger.expire(at: now)
        let held = ledger.leases.values.filter { $0.isActive(at: now) }.flatMap(\.ranges)
        let desired = IPRangeSet.union(of: held + ledger.adopted + ledger.kept)
        var overdue = ledger.overdue(desired: desired)
        guard let first = overdue.values.map(\.since).min() else { return [] }
        let left = try LeaseReplay.left(ledger.location, since: first, spool)
        overdue = overdue.filter { range, departure in left[range].map { $0 < departure.since } ?? true }
        guard !overdue.isEmpty else { return [] }
        let due = IPRangeSet.union(of: overdue.keys)
        let entries =
            try LeaseReplay.upTo(now, spool)?.ended(in: ledger.location, at: now)
            .filter { $0.ranges.contains(where: due.touches) } ?? []
        let told = IPRangeSet.union(of: entries.flatMap(\.ranges))
        return entries
            + overdue.compactMap { range, departure in
                let outside = IPRangeSet.subtracting(desired, from: [range])
                let absent = IPRangeSet.subtracting(ledger.listed, from: outside)
                let present = IPRangeSet.subtracting(absent, from: outside)
                let rest = IPRangeSet.subtracting(told, from: present.isEmpty ? outside : present)
                guard !rest.isEmpty else { return nil }
                var entry = LeaseEntry(rest, ledger.location)
                (entry.endedAt, entry.cause) = (departure.since, departure.cause.rawValue)
                if present.isEmpty { entry.isPerhapsInEntra = true }
                return entry
            }
    }

    /// What the journal comes to at an earlier moment.
    static func then(_ spool: SpoolView, at time: Timestamp) throws -> LeaseHistory {
        guard let replay = try LeaseReplay.upTo(time, spool) else {
            let begin = try LeaseReplay.days(of: spool).first.map(LeaseReplay.day) ?? "nowhere"
            throw Complaint(
                "nothing is known of \(time)", why: "the journal of this spool begins at \(begin)",
                do: "Ask for a later moment, or look into a backup of journal/.", .noSpool)
        }
        return LeaseHistory(entries: replay.entries(at: time).sorted(by: isBefore), notes: replay.notes)
    }

    private static func isBefore(_ left: LeaseEntry, _ right: LeaseEntry) -> Bool {
        let end = Timestamp(microseconds: .max)
        func rank(_ entry: LeaseEntry) -> (String, Timestamp, String, String) {
            (entry.location, entry.expiresAt ?? end, entry.item ?? "", entry.ranges.first?.description ?? "")
        }
        return rank(left) < rank(right)
    }
}
