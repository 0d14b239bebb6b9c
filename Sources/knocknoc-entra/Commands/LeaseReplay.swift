import Grants
import Linux
import Spool

/// The journal played again up to a moment: each line takes effect at its own time, which is when the verdict stood.
///
/// What ends is in Entra until a `left` line says that Entra has taken a list without it.
struct LeaseReplay {
    private var places: [String: ReplayedLocation] = [:]
    private(set) var notes: [String] = []

    /// Nil where the journal does not reach back to this day.
    static func upTo(_ time: Timestamp, _ spool: SpoolView) throws -> LeaseReplay? {
        let days = try days(of: spool)
        guard let first = days.first, day(first) <= time.day else { return nil }
        let folder = try spool.root.folder("journal")
        var replay = LeaseReplay()
        for name in days where day(name) <= time.day {
            try replay.play(try folder.read(name, limit: 1 << 32), upTo: time, isFirst: name == first, spool)
        }
        return replay
    }

    static func days(of spool: SpoolView) throws(SystemError) -> [[UInt8]] {
        try spool.root.folder("journal").names().filter(\.isJournalDay).sorted { $0.lexicographicallyPrecedes($1) }
    }

    static func day(_ name: [UInt8]) -> String { String(decoding: name.prefix(8), as: UTF8.self) }

    /// When each range last left a location, since a moment: a ledger is not written anew just because something left.
    static func left(_ location: String, since time: Timestamp, _ spool: SpoolView) throws -> [CIDR: Timestamp] {
        var left: [CIDR: Timestamp] = [:]
        for name in try days(of: spool) where day(name) >= time.day {
            let bytes = try spool.root.folder("journal").read(name, limit: 1 << 32)
            for line in bytes.split(separator: UInt8(ascii: "\n"))
            where String(decoding: line.prefix(64), as: UTF8.self).contains("\"event\":\"left\"") {
                guard let record = JournalRecord(line: line), record.location == location else { continue }
                for range in record.leftRanges { left[range] = record.time }
            }
        }
        return left
    }

    private mutating func play(_ bytes: [UInt8], upTo time: Timestamp, isFirst: Bool, _ spool: SpoolView) throws {
        var (batch, isAtStart) = ([JournalRecord](), isFirst)
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            if let seal = JournalSeal(line: line) {
                if isAtStart, !seal.previous.isEmpty {
                    notes.append(
                        "the journal is not kept for ever, and what was granted before its first day is missing")
                }
                isAtStart = false
                try play(batch, spool)
                batch = []
            } else if let record = JournalRecord(line: line), record.time <= time {
                // A line that a crash tore tells nothing.
                batch.append(record)
            }
        }
        try play(batch, spool)
    }

    /// A batch tells what left before it tells which verdict took it away.
    private mutating func play(_ batch: [JournalRecord], _ spool: SpoolView) throws {
        for record in batch where record.event != "left" { try apply(record, spool) }
        if let last = batch.map(\.time).max() {
            for location in Set(batch.compactMap(\.location)) { places[location]?.settle(at: last) }
        }
        for record in batch where record.event == "left" {
            guard let location = record.location else { continue }
            places[location]?.leave(record.leftRanges)
        }
    }

    private mutating func apply(_ record: JournalRecord, _ spool: SpoolView) throws {
        if record.event == "recovered" { return try recover(record, spool) }
        guard let location = record.location else { return }
        // In place: a copy of all leases for each line would take minutes.
        places[location, default: ReplayedLocation(location)].apply(record)
    }

    /// A verdict whose line a crash has kept out of the journal; the ledger may still have what it came to.
    private mutating func recover(_ record: JournalRecord, _ spool: SpoolView) throws {
        guard record.verdict == "done", let item = record.item else { return }
        let store = try LedgerStore(spool: spool.path)
        for location in try store.locations() {
            let lease = try store.read(location, memory: .zero).leases.values
                .first { $0.order.name.description == item }
            guard let lease else { continue }
            places[location.name, default: ReplayedLocation(location.name)].take(lease, at: record.time)
            return
        }
        notes.append("a crash has kept \(item) out of the journal; its file in done/ says what it asked for")
    }

    func entries(at time: Timestamp) -> [LeaseEntry] {
        places.values.flatMap { place in
            var place = place
            place.expire(at: time)
            place.settleAll(at: time)
            return place.heldEntries + place.endedEntries
        }
    }

    func ended(in location: String, at time: Timestamp) -> [LeaseEntry] {
        guard var place = places[location] else { return [] }
        place.expire(at: time)
        place.settleAll(at: time)
        return place.endedEntries
    }
}
