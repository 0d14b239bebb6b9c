import FoundationEssentials
import GrantCore
import Spool

/// The leases of one moment: those of now from the ledgers, those of then from the journal.
struct LeaseHistory {
    struct Entry: Encodable {
        let location: String
        let user: String?
        let grantId: String?
        let ranges: [CIDR]
        let startsAt: Timestamp?
        let expiresAt: Timestamp
        let item: String
        let requestId: String?

        init(_ lease: Lease, _ location: String) {
            self.location = location
            user = lease.user
            grantId = lease.grantId
            ranges = lease.ranges
            startsAt = lease.startsAt
            expiresAt = lease.expiresAt
            item = lease.order.name.description
            requestId = lease.requestId
        }
    }

    let entries: [Entry]

    /// What the ledgers hold at this moment.
    static func now(_ spool: SpoolView, at now: Timestamp) throws -> LeaseHistory {
        let store = try LedgerStore(spool: spool.path)
        var entries: [Entry] = []
        for name in try store.locations() {
            guard let ledger = try store.read(name, memory: .seconds(400 * 86_400)) else { continue }
            entries += ledger.leases.values.filter { $0.expiresAt > now }.map { Entry($0, name) }
        }
        return LeaseHistory(entries: entries.sorted(by: isBefore))
    }

    /// What the journal comes to at an earlier moment: each line takes effect at its own time, which is when the
    /// verdict stood.
    static func then(_ spool: SpoolView, at time: Timestamp) throws -> LeaseHistory {
        let folder = try spool.root.folder("journal")
        let days = try folder.names().filter {
            $0.count == 15 && String(decoding: $0, as: UTF8.self).hasSuffix(".ndjson")
        }
        .sorted { $0.lexicographicallyPrecedes($1) }
        guard let first = days.first.map({ String(decoding: $0.prefix(8), as: UTF8.self) }), first <= time.day else {
            let begin = days.first.map { String(decoding: $0.prefix(8), as: UTF8.self) } ?? "nowhere"
            throw Complaint(
                "nothing is known of \(time)", why: "the journal of this spool begins at \(begin)",
                do: "Ask for a later moment, or look into a backup of journal/.", .noSpool)
        }
        var ledgers: [String: Ledger] = [:]
        let decoder = JSONDecoder()
        for day in days where String(decoding: day.prefix(8), as: UTF8.self) <= time.day {
            let bytes = try folder.read(day, limit: 1 << 32)
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                // A line that a crash tore tells nothing.
                guard let record = try? decoder.decode(JournalRecord.self, from: Data(line)), record.time <= time
                else { continue }
                record.apply(to: &ledgers)
            }
        }
        var entries: [Entry] = []
        for (name, ledger) in ledgers {
            var ledger = ledger
            _ = ledger.expire(at: time)
            entries += ledger.leases.values.map { Entry($0, name) }
        }
        return LeaseHistory(entries: entries.sorted(by: isBefore))
    }

    private static func isBefore(_ left: Entry, _ right: Entry) -> Bool {
        (left.location, left.expiresAt, left.item) < (right.location, right.expiresAt, right.item)
    }
}

/// A line of the journal, as far as it says who is let in.
private struct JournalRecord: Decodable {
    var time: Timestamp
    var event: String
    var verdict: String?
    var location: String?
    var item: String?
    var user: String?
    var grantId: String?
    var addresses: [CIDR]?
    var requestId: String?
    var issuedAt: Timestamp?
    var startsAt: Timestamp?
    var expiresAt: Timestamp?
    var decision: String?
    var ranges: [Adopted]?

    private enum CodingKeys: String, CodingKey {
        case time, event, verdict, location, item, user, addresses, decision, ranges
        case grantId = "grant_id"
        case requestId = "request_id"
        case issuedAt = "issued_at"
        case startsAt = "starts_at"
        case expiresAt = "expires_at"
    }

    /// `adopted` lists texts, `left` lists objects, which say nothing of leases.
    enum Adopted: Decodable {
        case text(String)
        case other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            self = (try? container.decode(String.self)).map(Adopted.text) ?? .other
        }
    }

    func apply(to ledgers: inout [String: Ledger]) {
        guard let location else { return }
        var ledger = ledgers[location] ?? Ledger(location: location, id: "", memory: .seconds(400 * 86_400))
        defer { ledgers[location] = ledger }
        _ = ledger.expire(at: time)
        switch event {
        case "grant":
            guard verdict == "done", let order, let addresses, !addresses.isEmpty, let expiresAt else { return }
            _ = ledger.take(
                Lease(
                    user: user, grantId: grantId, ranges: addresses, order: order, startsAt: startsAt,
                    expiresAt: expiresAt, requestId: requestId), at: time)
        case "revoke", "flush":
            // Recorded before it is sent, whatever became of its file; SPOOL005 found nothing to end.
            guard let order, verdict != "SPOOL005", let scope else { return }
            _ = ledger.apply(Removal(scope, order: order), at: time)
        case "adopted":
            guard let decision = decision.flatMap(Adoption.init), case .keep = decision else { return }
            let kept = (ranges ?? []).compactMap { if case .text(let text) = $0 { CIDR(graph: text) } else { nil } }
            let item = ItemName(claiming: Array("adopted.json".utf8), arrived: time, random: 0)
            ledger.adopt(kept, as: decision, at: time, item: item)
        default: return
        }
    }

    private var order: Order? {
        guard let item = item.flatMap(ItemName.init(escaped:)) else { return nil }
        return Order(issuedAt: issuedAt ?? item.stamp, name: item)
    }

    private var scope: Removal.Scope? {
        if event == "flush" { return .everything }
        if let grantId { return .grantId(grantId) }
        if let user { return .user(user, ranges: addresses) }
        return addresses.map(Removal.Scope.addresses)
    }
}
