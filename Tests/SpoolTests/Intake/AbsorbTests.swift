import Foundation
import Glibc
import Grants
import Testing

@testable import Spool

struct AbsorbTests {
    /// Looks and absorbs until a look finds nothing to absorb; how many looks that took.
    private func settle(_ spool: TemporarySpool) throws -> Int {
        for look in 1...10 {
            let listing = try Incoming(spool.spool).list(upTo: 100)
            if listing.codeFolders.isEmpty && listing.notes.isEmpty { return look - 1 }
            #expect(try spool.spool.absorb(listing).isEmpty)
        }
        return 10
    }

    @Test("notes that came with `mv failed/ENTRA052/* incoming/` are gone after a look, other files stay")
    func notes() throws {
        let spool = try TemporarySpool()
        for name in ["a.json", "a.json.why", "b.json.why", "c.why", "notes.txt"] { try spool.put(name) }
        #expect(try settle(spool) == 1)
        #expect(spool.names("incoming") == ["a.json", "c.why", "notes.txt"])
    }

    @Test("a whole code folder moved back is emptied and goes")
    func folder() throws {
        let spool = try TemporarySpool()
        try spool.make("incoming/ENTRA052")
        for name in ["a.json", "a.json.why", "b.json", "orphan.json.why", "extra.txt"] {
            try spool.put(name, in: "incoming/ENTRA052")
        }
        #expect(try settle(spool) == 1)
        #expect(spool.names("incoming") == ["a.json", "b.json", "extra.txt"])
    }

    @Test("an item whose name is taken gets another one; nothing is lost")
    func taken() throws {
        let spool = try TemporarySpool()
        try spool.make("incoming/ENTRA052")
        try spool.put("a.json", "new")
        try spool.put("a.json", "old", in: "incoming/ENTRA052")
        try spool.put("a.json.why", "note", in: "incoming/ENTRA052")
        try spool.put("b.json", "same", in: "incoming/ENTRA052")
        try spool.link("incoming/ENTRA052/b.json", "incoming/b.json")
        #expect(try settle(spool) == 1)
        #expect(spool.names("incoming") == ["a.json", "a.json.1.json", "b.json"])
        #expect(spool.text("a.json", in: "incoming") == "new")
        #expect(spool.text("a.json.1.json", in: "incoming") == "old")
        #expect(spool.text("b.json", in: "incoming") == "same")
    }

    @Test("a code folder in a code folder is absorbed as well")
    func nested() throws {
        let spool = try TemporarySpool()
        try spool.make("incoming/ENTRA052/ENTRA053")
        try spool.put("a.json", in: "incoming/ENTRA052/ENTRA053")
        #expect(try settle(spool) == 2)
        #expect(spool.names("incoming") == ["a.json"])
    }

    @Test("what cannot be absorbed is left alone and does not keep the worker looking")
    func stubborn() throws {
        let spool = try TemporarySpool()
        try spool.make("incoming/ENTRA052/sub")
        unsafe chmod(spool.path + "/incoming/ENTRA052", 0o777)
        unsafe chmod(spool.path + "/incoming/ENTRA052/sub", 0o755)
        try spool.make("incoming/x.json.why")
        fchmod(spool.spool.incoming.descriptor, 0o777)
        let looks = try asNobody { try settle(spool) }
        guard let looks else { return }
        #expect(looks == 1)
        let listing = try Incoming(spool.spool).list(upTo: 10)
        #expect(listing.strays == 2 && listing.immovable.count == 1)
        #expect(spool.names("incoming/ENTRA052") == ["sub"])
    }

    @Test("a note stays while its item cannot be moved")
    func noteOfStubbornItem() throws {
        let spool = try TemporarySpool()
        try spool.make("incoming/ENTRA052/a.json")
        try spool.put("a.json.why", in: "incoming/ENTRA052")
        try spool.put("b.json", in: "incoming/ENTRA052")
        unsafe chmod(spool.path + "/incoming/ENTRA052", 0o777)
        unsafe chmod(spool.path + "/incoming/ENTRA052/a.json", 0o755)
        fchmod(spool.spool.incoming.descriptor, 0o777)
        let looks = try asNobody { try settle(spool) }
        guard let looks else { return }
        #expect(looks == 2)
        #expect(spool.names("incoming") == ["ENTRA052", "b.json"])
        #expect(spool.names("incoming/ENTRA052") == ["a.json", "a.json.why"])
    }
}
