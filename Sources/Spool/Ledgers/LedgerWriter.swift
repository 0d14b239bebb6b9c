import Grants
import Linux
import SQLite

/// Writes what has changed into the tables, within a transaction.
struct LedgerWriter {
    let tables: LedgerDatabase

    func write(_ change: LedgerChange) throws(SystemError) {
        if change.isDraining, try !isKnown(change.id) { return }
        let confirmation: Confirmation = change.mayHaveSent ? .unconfirmed : .never
        try tables.putLocation.run([
            .text(change.id), .text(change.location), .text(confirmation.rawValue),
            .integer(orNull: change.forgotten?.microseconds), .text(orNull: change.sentinel?.description),
        ])
        var number: Value = .null
        try tables.findLocation.forEachRow([.text(change.id)]) { (row) throws(SystemError) in
            number = .integer(row.integer(0))
        }
        try writeLeases(change, of: number)
        for (key, ending) in change.endings {
            guard let ending else {
                try tables.dropEnding.run([number, .text(key.description)])
                continue
            }
            try tables.putEnding.run(
                [number, .text(key.description)] + Self.values(ending.order) + [.integer(ending.until.microseconds)])
        }
        for (removal, tombstone) in change.tombstones {
            let key = Self.values(removal)
            guard let tombstone else {
                try tables.dropTombstone.run([number] + key)
                continue
            }
            let isEnd: Int64 = tombstone.endedSomething ? 1 : 0
            try tables.putTombstone.run([number] + key + [.integer(isEnd), .integer(tombstone.until.microseconds)])
        }
        for (range, departure) in change.departures {
            guard let departure else {
                try tables.dropDeparture.run([number, .text(range.description)])
                continue
            }
            try tables.putDeparture.run([
                number, .text(range.description), .text(departure.cause.rawValue),
                .integer(departure.since.microseconds),
            ])
        }
        for listing in change.lists {
            let statement = listing.isListed ? tables.putListed : tables.dropListed
            try statement.run([number, .text(listing.kind.rawValue), .text(listing.range.description)])
        }
        for (claim, verdict) in change.verdicts {
            guard let verdict else {
                try tables.dropVerdict.run([number, .text(claim.description)])
                continue
            }
            try tables.putVerdict.run([number, .text(claim.description), .text(verdict.description)])
        }
    }

    /// An operator may have it forgotten meanwhile.
    private func isKnown(_ id: String) throws(SystemError) -> Bool {
        var isKnown = false
        try tables.findLocation.forEachRow([.text(id)]) { (_) throws(SystemError) in isKnown = true }
        return isKnown
    }

    private func writeLeases(_ change: LedgerChange, of number: Value) throws(SystemError) {
        guard !change.leases.isEmpty else { return }
        var difference: Int64 = 0
        for (key, lease) in change.leases {
            try tables.dropLease.run([number, .text(key.description)])
            difference -= tables.connection.changes
            guard let lease else { continue }
            difference += 1
            try tables.putLease.run(
                [
                    number, .text(key.description), .text(orNull: lease.user), .text(orNull: lease.grantId),
                    .text(Self.text(lease.ranges)),
                ] + Self.values(lease.order) + [
                    .integer(orNull: lease.startsAt?.microseconds), .integer(lease.expiresAt.microseconds),
                    .text(orNull: lease.requestId),
                ])
        }
        if difference != 0 { try tables.countLeases.run([.integer(difference), number]) }
    }

    private static func values(_ order: Order) -> [Value] {
        [.integer(order.issuedAt.microseconds), .text(order.name.description)]
    }

    /// Scope, subject, ranges and order: what tells it from others.
    private static func values(_ removal: Removal) -> [Value] {
        let (scope, subject, ranges): (String, String, [CIDR]) =
            switch removal.scope {
            case .grantId(let id): ("grantId", id, [])
            case .user(let name, let revoked): ("user", name, revoked ?? [])
            case .addresses(let revoked): ("addresses", "", revoked)
            case .everything: ("everything", "", [])
            }
        return [.text(scope), .text(subject), .text(text(ranges))] + values(removal.order)
    }

    private static func text(_ ranges: [CIDR]) -> String {
        ranges.map(\.description).joined(separator: " ")
    }
}
