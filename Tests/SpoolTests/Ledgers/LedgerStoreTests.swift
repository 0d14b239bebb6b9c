import Foundation
import Glibc
import Grants
import Linux
import Testing

@testable import Spool

struct LedgerStoreTests {
    private let memory = Duration.seconds(86_400)

    private func ledger(_ location: String) throws -> Ledger {
        var ledger = Ledger(location: location, id: "1e5b3a2c-0000-4000-8000-00000000000f", memory: memory)
        let item = try #require(ItemName(bytes: Array((TemporarySpool.stamp + "a\u{e9}.json").utf8)))
        ledger.settling[ClaimName(item: item, number: 7)] = .failed(.spool004)
        ledger.confirm([try CIDR("192.0.2.0/32")], kept: [try CIDR("192.0.2.0/32")])
        return ledger
    }

    @Test("what is written is read back, and replaces what was there")
    func roundTrip() throws {
        let spool = try TemporarySpool()
        let store = LedgerStore(spool.spool)
        #expect(try store.read("office", memory: memory) == nil)
        var ledgers = [try ledger("office"), try ledger("lab")]
        try store.write(ledgers)
        #expect(try store.read("office", memory: memory) == ledgers[0])
        ledgers[0].settling = [:]
        try store.write([ledgers[0]])
        #expect(try LedgerStore(spool.spool).read("office", memory: memory) == ledgers[0])
        #expect(try store.read("lab", memory: memory) == ledgers[1])
        #expect(try store.locations() == ["lab", "office"])
        #expect(spool.names("ledger") == ["lab.json", "office.json"])
        #expect(try spool.spool.ledger.status(of: Array("lab.json".utf8)).mode == 0o600)
    }

    @Test("what a crash left of a write is no ledger, and does not hinder the next write")
    func leftover() throws {
        let spool = try TemporarySpool()
        let store = LedgerStore(spool.spool)
        try store.write([try ledger("office")])
        try spool.put(".office.json.new", "{\"half", in: "ledger")
        #expect(try store.locations() == ["office"])
        #expect(try store.read("office", memory: memory) == ledger("office"))
        try store.write([try ledger("office")])
        #expect(spool.names("ledger") == ["office.json"])
    }

    @Test("a damaged ledger is never taken for an empty one", arguments: ["", "{}", "[]", "{\"version\":2}", "nul\0"])
    func damaged(text: String) throws {
        let spool = try TemporarySpool()
        try spool.put("office.json", text, in: "ledger")
        let error = #expect(throws: LedgerTrouble.self) { try LedgerStore(spool.spool).read("office", memory: memory) }
        #expect(error?.location == "office")
    }

    @Test("a ledger under the name of another location is refused")
    func renamed() throws {
        let spool = try TemporarySpool()
        let store = LedgerStore(spool.spool)
        try store.write([try ledger("office")])
        unsafe rename(spool.path + "/ledger/office.json", spool.path + "/ledger/lab.json")
        let error = #expect(throws: LedgerTrouble.self) { try store.read("lab", memory: memory) }
        #expect(error?.reason.contains("office") == true)
    }

    @Test("a full disk leaves the old ledger and no half temporary")
    func full() async {
        await #expect(processExitsWith: .success) {
            let spool = try TemporarySpool()
            let store = LedgerStore(spool.spool)
            try store.write([Ledger(location: "office", id: "x", memory: .seconds(1))])
            let before = spool.text("office.json", in: "ledger")
            limitFileSize(10)
            #expect(throws: SystemError.self) {
                try store.write([Ledger(location: "office", id: "other", memory: .seconds(1))])
            }
            #expect(spool.text("office.json", in: "ledger") == before)
            #expect(spool.names("ledger") == ["office.json"])
        }
    }

    @Test("the mark of a clean stop is taken once")
    func cleanStop() throws {
        let spool = try TemporarySpool()
        let store = LedgerStore(spool.spool)
        #expect(store.cleanStop().isEmpty)
        try store.markCleanStop(["office", "lab"])
        #expect(try store.locations().isEmpty)
        #expect(store.cleanStop() == ["office", "lab"])
        try store.forgetCleanStop()
        try store.forgetCleanStop()
        #expect(store.cleanStop().isEmpty)
    }
}
