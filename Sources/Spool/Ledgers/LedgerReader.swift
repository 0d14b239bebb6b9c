import Glibc
import Grants
import Linux
import SQLite

/// Reads a ledger out of the tables, held to what a ledger can be: it is never taken for another one, nor for an empty one.
struct LedgerReader {
    let connection: Database

    func locations() throws(SystemError) -> [LedgerStore.Location] {
        var found: [LedgerStore.Location] = []
        try connection.prepare(
            "SELECT number, id, name, confirmation, leases, forgotten, sentinel FROM location ORDER BY name"
        )
        .forEachRow { (row) throws(SystemError) in
            found.append(
                LedgerStore.Location(
                    number: row.integer(0), id: row.text(1), name: row.text(2),
                    confirmation: try known(Confirmation(rawValue: row.text(3))), leases: row.integer(4),
                    forgotten: row.integerOrNil(5).map(Timestamp.init(microseconds:)),
                    sentinel: try row.textOrNil(6).map { (text) throws(SystemError) in try range(text) }))
        }
        return found
    }

    func read(_ location: LedgerStore.Location, memory: Duration) throws(SystemError) -> Ledger {
        var leases: [Lease] = []
        try rows("SELECT * FROM lease", of: location) { (row) throws(SystemError) in
            leases.append(
                Lease(
                    user: row.textOrNil(2), grantId: row.textOrNil(3), ranges: try ranges(row.text(4)),
                    order: try order(row, 5), startsAt: row.integerOrNil(7).map(Timestamp.init(microseconds:)),
                    expiresAt: time(row, 8), requestId: row.textOrNil(9), key: LeaseKey(recorded: row.text(1))))
        }
        guard leases.count == location.leases else { throw damage }
        var endings: [(LeaseKey, Endings.Ending)] = []
        try rows("SELECT * FROM ending", of: location) { (row) throws(SystemError) in
            endings.append(
                (LeaseKey(recorded: row.text(1)), Endings.Ending(order: try order(row, 2), until: time(row, 4))))
        }
        var tombstones: [Tombstones.Tombstone] = []
        try rows("SELECT * FROM tombstone", of: location) { (row) throws(SystemError) in
            let removal = Removal(try scope(row.text(1), row.text(2), row.text(3)), order: try order(row, 4))
            tombstones.append(
                Tombstones.Tombstone(removal: removal, endedSomething: row.integer(6) == 1, until: time(row, 7)))
        }
        var departures: [(CIDR, Departures.Departure)] = []
        try rows("SELECT * FROM departure", of: location) { (row) throws(SystemError) in
            let cause = try known(Departures.Cause(rawValue: row.text(2)))
            departures.append((try range(row.text(1)), Departures.Departure(cause: cause, since: time(row, 3))))
        }
        var lists = LedgerLists()
        try rows("SELECT * FROM listed", of: location) { (row) throws(SystemError) in
            lists[try known(LedgerLists.Kind(rawValue: row.text(1)))].append(try range(row.text(2)))
        }
        lists.sort()
        guard location.confirmation != .confirmed || !lists.confirmed.isEmpty else { throw damage }
        var settling: [ClaimName: Verdict] = [:]
        try rows("SELECT * FROM settling", of: location) { (row) throws(SystemError) in
            settling[try known(ClaimName(escaped: row.text(1)))] = try known(Verdict(row.text(2)))
        }
        return Ledger(
            location: location.name, id: location.id, memory: memory, confirmation: location.confirmation,
            leases: leases, tombstones: tombstones, endings: endings, forgotten: location.forgotten,
            sentinel: location.sentinel, lists: lists,
            departures: departures, settling: settling)
    }

    private func rows(
        _ query: String, of location: LedgerStore.Location, _ body: (Row) throws(SystemError) -> Void
    ) throws(SystemError) {
        try connection.prepare(query + " WHERE location = ?").forEachRow([.integer(location.number)], body)
    }

    private func order(_ row: Row, _ column: Int32) throws(SystemError) -> Order {
        Order(issuedAt: time(row, column), name: try known(ItemName(escaped: row.text(column + 1))))
    }

    private func scope(_ scope: String, _ subject: String, _ ranges: String) throws(SystemError) -> Removal.Scope {
        switch scope {
        case "grantId": .grantId(subject)
        case "user": .user(subject, ranges: ranges.isEmpty ? nil : try self.ranges(ranges))
        case "addresses": .addresses(try self.ranges(ranges))
        case "everything": .everything
        default: throw damage
        }
    }

    private func time(_ row: Row, _ column: Int32) -> Timestamp {
        Timestamp(microseconds: row.integer(column))
    }

    private func ranges(_ text: String) throws(SystemError) -> [CIDR] {
        var ranges: [CIDR] = []
        for word in text.split(separator: " ") { ranges.append(try range(String(word))) }
        return ranges
    }

    private func range(_ text: String) throws(SystemError) -> CIDR {
        try known(try? CIDR(text))
    }

    private func known<Value>(_ value: Value?) throws(SystemError) -> Value {
        guard let value else { throw damage }
        return value
    }

    private var damage: SystemError { SystemError("read", "ledger/ledger.sqlite", code: EUCLEAN) }
}
