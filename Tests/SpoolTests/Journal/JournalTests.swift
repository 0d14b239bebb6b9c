import Foundation
import Glibc
import Grants
import Linux
import Testing

@testable import Spool

struct JournalTests {
    private let now = Timestamp(seconds: 1_795_215_600)

    @Test("lines go to the file of their day, the next day to the next file")
    func days() throws {
        let spool = try TemporarySpool()
        let journal = Journal(spool.spool)
        try journal.append(Array("a\n".utf8), at: now)
        try journal.append(Array("b\nc\n".utf8), at: now)
        try journal.append([], at: now + .seconds(7_200))
        try journal.append(Array("d\n".utf8), at: now + .seconds(3_600))
        #expect(spool.names("journal") == ["20261120.ndjson", "20261121.ndjson"])
        #expect(spool.text("20261120.ndjson", in: "journal") == "a\nb\nc\n")
        #expect(spool.text("20261121.ndjson", in: "journal") == "d\n")
    }

    @Test("a line that a crash tore keeps a line of its own")
    func torn() throws {
        let spool = try TemporarySpool()
        try spool.put("20261120.ndjson", "a\n{\"torn\":", in: "journal")
        let journal = Journal(spool.spool)
        try journal.append(Array("b\n".utf8), at: now)
        try journal.append(Array("c\n".utf8), at: now)
        #expect(spool.text("20261120.ndjson", in: "journal") == "a\n{\"torn\":\nb\nc\n")
    }

    @Test("a write that fails half way leaves nothing of itself")
    func half() async {
        // A limit on the size of files is one of the whole process.
        await #expect(processExitsWith: .success) {
            let now = Timestamp(seconds: 1_795_215_600)
            let spool = try TemporarySpool()
            let journal = Journal(spool.spool)
            try journal.append(Array("first\n".utf8), at: now)
            limitFileSize(1_000)
            let lines = Array((String(repeating: "x", count: 2_000) + "\n").utf8)
            let error = #expect(throws: SystemError.self) { try journal.append(lines, at: now) }
            #expect(error?.code == EFBIG)
            #expect(spool.text("20261120.ndjson", in: "journal") == "first\n")
            try journal.append(Array("second\n".utf8), at: now)
            #expect(spool.text("20261120.ndjson", in: "journal") == "first\nsecond\n")
        }
    }

    @Test("a file that was moved away or removed gets no more lines")
    func rotated() throws {
        let spool = try TemporarySpool()
        let journal = Journal(spool.spool)
        try journal.append(Array("a\n".utf8), at: now)
        unsafe rename(spool.path + "/journal/20261120.ndjson", spool.path + "/journal/old")
        try journal.append(Array("b\n".utf8), at: now)
        try spool.spool.journal.remove(Array("20261120.ndjson".utf8))
        try journal.append(Array("c\n".utf8), at: now)
        #expect(spool.text("old", in: "journal") == "a\n")
        #expect(spool.text("20261120.ndjson", in: "journal") == "c\n")
    }
}
