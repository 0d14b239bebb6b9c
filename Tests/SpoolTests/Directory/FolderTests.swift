import Foundation
import Glibc
import Linux
import Testing

@testable import Spool

struct FolderTests {
    @Test("replacing leaves the old content or the new, and no temporary")
    func replace() throws {
        let spool = try TemporarySpool()
        let folder = spool.spool.ledger
        try folder.replace("x", with: Array("old".utf8), mode: 0o600)
        // What a crash left of an earlier try, even if it is larger and readable by all.
        try spool.put(".x.new", "half of something larger", in: "ledger")
        unsafe chmod(spool.path + "/ledger/.x.new", 0o666)
        try folder.replace("x", with: Array("new".utf8), mode: 0o600)
        #expect(spool.text("x", in: "ledger") == "new")
        #expect(spool.names("ledger") == ["x"])
        #expect(try folder.status(of: Array("x".utf8)).mode == 0o600)
    }

    @Test("a note never overwrites the file that its name is a second name of")
    func hardLinkedNote() throws {
        let spool = try TemporarySpool()
        try spool.put("secret", "kept", in: "ledger")
        try spool.link("ledger/secret", "failed/x.why")
        try spool.spool.failed.writeNote(Array("x.why".utf8), Array("note".utf8), mode: 0o640)
        #expect(spool.text("secret", in: "ledger") == "kept")
        #expect(spool.text("x.why", in: "failed") == "note")
    }

    @Test("a note has the mode it is given, whatever the umask")
    func noteMode() throws {
        let spool = try TemporarySpool()
        try spool.spool.failed.writeNote(Array("x".utf8), [], mode: 0o664)
        #expect(try spool.spool.failed.status(of: Array("x".utf8)).mode == 0o664)
    }

    @Test("making a folder that is there opens it; the mode that somebody gave it stays")
    func making() throws {
        let spool = try TemporarySpool()
        let made = try spool.spool.failed.folder(making: "ENTRA052", mode: 0o2770)
        #expect(try made.status().mode == 0o2770)
        unsafe chmod(spool.path + "/failed/ENTRA052", 0o755)
        let again = try spool.spool.failed.folder(making: "ENTRA052", mode: 0o2770)
        #expect(try again.status().mode == 0o755)
        #expect(try again.status().identity == made.status().identity)
    }

    @Test("reading stops at the limit, and needs no more memory than the file")
    func read() throws {
        let spool = try TemporarySpool()
        let folder = spool.spool.ledger
        for size in [0, 1, 65_536, 65_537, 65_538, 300_000, 3_000_000] {
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try folder.writeNote(Array("x".utf8), bytes, mode: 0o600)
            #expect(try folder.read(Array("x".utf8), limit: 1 << 30) == bytes)
            #expect(try folder.read(Array("x".utf8), limit: size) == bytes)
            if size > 0 {
                #expect(throws: SystemError("read", "\(folder.path)/x", code: EFBIG)) {
                    try folder.read(Array("x".utf8), limit: size - 1)
                }
            }
        }
    }

    @Test("names are bytes and come without . and .., but with other names of two bytes")
    func names() throws {
        let spool = try TemporarySpool()
        let names: [[UInt8]] = [
            [0xff, 0xfe], [0x2e, 0x61], [0x0a], Array("..a".utf8), [UInt8](repeating: 0x78, count: 255),
        ]
        for name in names { try spool.put(name, in: "hold") }
        #expect(Set(try spool.folder("hold").names()) == Set(names))
        #expect(try spool.folder("hold").names(upTo: 2).count == 2)
        #expect(try spool.folder("hold").names(upTo: 0).isEmpty)
    }

    @Test("an error names the call, the path with odd bytes escaped, and the reason")
    func errors() throws {
        let spool = try TemporarySpool()
        let error = #expect(throws: SystemError.self) { try spool.spool.work.remove([0x0a, 0xff]) }
        #expect(error?.description == "unlink \(spool.path)/work/%0A%FF: No such file or directory (errno 2)")
    }
}
