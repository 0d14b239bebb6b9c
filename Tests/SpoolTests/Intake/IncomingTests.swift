import Foundation
import Glibc
import Grants
import Linux
import Testing

@testable import Spool

struct IncomingTests {
    @Test("only *.json without leading dot is a request; all else is left alone and counted")
    func junk() throws {
        let spool = try TemporarySpool()
        let junk = [
            ".a.json", ".a.json.Ab12", "a.json.swp", "a.part", "foo.txt", "a.json~", "a.JSON", "#a.json#", ".json",
            "json", "ENTRA999", "a.why",
        ]
        for name in junk { try spool.put(name) }
        try spool.make("incoming/folder")
        try spool.put("a.json")
        try spool.put("-rf.json")
        let listing = try Incoming(spool.spool).list(upTo: 10)
        #expect(Set(listing.oldest.map(\.name)) == [Array("a.json".utf8), Array("-rf.json".utf8)])
        #expect(listing.strays == junk.count + 1)
        #expect(listing.notes.isEmpty && listing.codeFolders.isEmpty)
        #expect(try spool.spool.absorb(listing).isEmpty)
        #expect(spool.names("incoming").count == junk.count + 3)
    }

    @Test("stamps decide before modification times, then names; what is beyond the limit is counted")
    func order() throws {
        let spool = try TemporarySpool()
        try spool.put("b.json")
        try spool.put("a.json")
        for name in ["a.json", "b.json"] {
            let date = Date(timeIntervalSince1970: 1_795_215_600)
            try FileManager.default.setAttributes(
                [.modificationDate: date], ofItemAtPath: "\(spool.path)/incoming/\(name)")
        }
        try spool.put("20261120T225959.999999Z-0000~old.json")
        try spool.put("20261120T230000.000001Z-0000~new.json")
        let names = try spool.candidates().map { String(decoding: $0.name, as: UTF8.self) }
        #expect(
            names == [
                "20261120T225959.999999Z-0000~old.json", "a.json", "b.json", "20261120T230000.000001Z-0000~new.json",
            ])
        let listing = try Incoming(spool.spool).list(upTo: 3)
        #expect(listing.oldest.map { String(decoding: $0.name, as: UTF8.self) } == Array(names.prefix(3)))
        #expect(listing.more == 1)
    }

    @Test("of 100,000 names the oldest are kept, whatever order the folder gives them in")
    func backlog() throws {
        let spool = try TemporarySpool()
        let folder = spool.spool.incoming
        for index in 0..<100_000 {
            let stamp = Timestamp(microseconds: 1_795_215_600_000_000 + Int64(index)).stamp
            let name = Array("\(stamp)-0000~x.json".utf8)
            close(try SystemCall().open(name, in: folder.descriptor, O_WRONLY | O_CREAT, mode: 0o600, at: "x"))
        }
        let listing = try Incoming(spool.spool).list(upTo: 100)
        #expect(listing.oldest.map { $0.since.microseconds - 1_795_215_600_000_000 } == Array(0..<100))
        #expect(listing.more == 99_900)
    }

    @Test("names that would change when they are read as text are kept as they are")
    func bytes() throws {
        let spool = try TemporarySpool()
        let names: [[UInt8]] = [
            [0xff, 0xfe] + Array(".json".utf8), Array("a\nb.json".utf8),
            [UInt8](repeating: 0x78, count: 250) + Array(".json".utf8),
        ]
        for name in names { try spool.put(name) }
        #expect(Set(try spool.candidates().map(\.name)) == Set(names))
    }

    @Test("a link, a file or an odd folder with the name of a code is no code folder")
    func codeFolders() throws {
        let spool = try TemporarySpool()
        try spool.put("ENTRA051")
        unsafe symlink("/tmp", spool.path + "/incoming/ENTRA052")
        try spool.make("incoming/ENTRA053")
        try spool.make("incoming/ENTRA5")
        let listing = try Incoming(spool.spool).list(upTo: 10)
        #expect(listing.codeFolders == [Array("ENTRA053".utf8)])
        #expect(listing.strays == 3)
    }

    @Test("notes beyond the limit of one look ask for another")
    func notes() throws {
        let spool = try TemporarySpool()
        let folder = spool.spool.incoming
        for index in 0..<(Incoming.noteLimit + 5) {
            let name = Array("\(index).json.why".utf8)
            close(try SystemCall().open(name, in: folder.descriptor, O_WRONLY | O_CREAT, mode: 0o600, at: "x"))
        }
        let listing = try Incoming(spool.spool).list(upTo: 10)
        #expect(listing.notes.count == Incoming.noteLimit && listing.more == 5)
        #expect(try spool.spool.absorb(listing).isEmpty)
        let next = try Incoming(spool.spool).list(upTo: 10)
        #expect(next.notes.count == 5 && next.more == 0)
    }

    @Test("a modification time beyond all calendars is brought back into one")
    func times() throws {
        let spool = try TemporarySpool()
        for (name, seconds) in [("past.json", Int.min / 2), ("future.json", Int.max / 2)] {
            try spool.put(name)
            let times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0)]
            #expect(unsafe utimensat(AT_FDCWD, "\(spool.path)/incoming/\(name)", times, 0) == 0)
        }
        for taken in try spool.take(at: spool.now) {
            let file = try #require(taken?.file)
            #expect(ClaimName(bytes: file.claim.bytes) == file.claim)
        }
        #expect(spool.names("incoming").isEmpty)
        #expect(try Recover(spool.spool).run(settling: [:]).strangers.isEmpty)
    }
}
