import Foundation
import Glibc
import Grants
import Testing

@testable import Spool

/// The chain of hashes over the journal; here with a hash of its own, since this layer knows none.
struct JournalSealTests {
    private let now = Timestamp(seconds: 1_795_215_600)

    /// FNV-1a, four times with different beginnings: any change of any byte changes it.
    private let hash: JournalSeal.Hash = { bytes in
        var result: [UInt8] = []
        for seed in UInt64(0)..<4 {
            var value: UInt64 = 0xcbf2_9ce4_8422_2325 ^ (seed &* 0x9e37_79b9_7f4a_7c15)
            for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
            result += (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
        }
        return result
    }

    @Test("a journal of several days and lives is whole")
    func whole() throws {
        let (spool, journal) = try ready()
        try journal.append(Array("{\"a\":1}\n{\"b\":2}\n".utf8), at: now)
        try journal.append(Array("{\"c\":3}\n".utf8), at: now)
        try journal.append(Array("{\"d\":4}\n".utf8), at: now + .seconds(86_400))
        try Journal(spool.spool, hash: hash).append(Array("{\"e\":5}\n".utf8), at: now + .seconds(86_400))
        try Journal(spool.spool, hash: hash).append(Array("{\"f\":6}\n".utf8), at: now + .seconds(3 * 86_400))
        let check = try check(spool)
        #expect(check.faults == [] && check.remarks == [])
        #expect(check.lines == 6 && check.batches == 5 && check.days == ["20261120", "20261121", "20261123"])
    }

    @Test("each byte counts: whichever is changed, the check says where")
    func tampered() throws {
        let (spool, journal) = try ready()
        for line in ["{\"a\":1}\n", "{\"b\":2}\n", "{\"c\":3}\n"] { try journal.append(Array(line.utf8), at: now) }
        let text = try #require(spool.text("20261120.ndjson", in: "journal"))
        for index in text.utf8.indices.map({ text.utf8.distance(from: text.utf8.startIndex, to: $0) }) {
            var bytes = Array(text.utf8)
            bytes[index] ^= 1
            try spool.put("20261120.ndjson", String(decoding: bytes, as: UTF8.self), in: "journal")
            let check = try check(spool)
            #expect(!check.faults.isEmpty || !check.remarks.isEmpty, "byte \(index)")
            // Of the last seal nothing depends yet, so that a change there may look like a torn tail.
            let lastLine = text.dropLast().lastIndex(of: "\n").map { text.distance(from: text.startIndex, to: $0) } ?? 0
            if index < lastLine - 8 { #expect(!check.faults.isEmpty, "byte \(index)") }
        }
    }

    @Test("a line, a batch or a day that is missing or doubled breaks the chain")
    func missing() throws {
        let (spool, journal) = try ready()
        for day in 0..<3 {
            for line in ["{\"a\":\(day)}\n", "{\"b\":\(day)}\n"] {
                try journal.append(Array(line.utf8), at: now + .seconds(Double(day) * 86_400))
            }
        }
        let text = try #require(spool.text("20261121.ndjson", in: "journal"))
        let lines = text.split(separator: "\n").map { $0 + "\n" }
        #expect(lines.count == 4)
        for (what, kept) in [
            ("line", [1, 2, 3]), ("batch", [2, 3]), ("seal", [0, 2, 3]), ("doubled", [0, 1, 0, 1, 2, 3]),
        ] {
            try spool.put("20261121.ndjson", kept.map { lines[$0] }.joined(), in: "journal")
            #expect(try !check(spool).faults.isEmpty, "\(what)")
        }
        try spool.folder("journal").remove(Array("20261121.ndjson".utf8))
        #expect(try check(spool).faults.count == 1)
        // The oldest days go by themselves.
        try spool.folder("journal").remove(Array("20261120.ndjson".utf8))
        let check = try check(spool)
        #expect(check.faults == [] && check.remarks.contains { $0.contains("retention") })
    }

    @Test("what a crash tore, wherever, is told and no fault, and the chain goes on behind it")
    func torn() throws {
        let (spool, journal) = try ready()
        try journal.append(Array("{\"a\":1}\n".utf8), at: now)
        try journal.append(Array("{\"b\":2}\n{\"c\":3}\n".utf8), at: now)
        let whole = Array(try #require(spool.text("20261120.ndjson", in: "journal")).utf8)
        let first = try #require(JournalSeal.last(in: Array(whole.dropLast(10)))).end
        for length in (first + 1)..<whole.count {
            try spool.put(
                "20261120.ndjson", String(decoding: whole.prefix(length), as: UTF8.self), in: "journal")
            let before = try check(spool)
            #expect(before.faults == [] && before.remarks.count == 1, "\(length)")
            try Journal(spool.spool, hash: hash).append(Array("{\"d\":4}\n".utf8), at: now)
            let after = try check(spool)
            #expect(after.faults == [], "\(length)")
            // Without its newline alone a seal has lost nothing.
            let isWhole = length == whole.count - 1
            #expect(after.remarks.contains { $0.contains("sealed afterwards") } != isWhole, "\(length)")
            #expect(spool.text("20261120.ndjson", in: "journal")?.contains("\n{\"d\":4}\n") ?? false)
        }
    }

    private func ready() throws -> (TemporarySpool, Journal) {
        let spool = try TemporarySpool()
        return (spool, Journal(spool.spool, hash: hash))
    }

    private func check(_ spool: TemporarySpool) throws -> JournalCheck {
        try JournalCheck(SpoolView(spool.path), hash: hash)
    }
}
