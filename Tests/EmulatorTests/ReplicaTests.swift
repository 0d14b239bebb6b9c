import Kit
import Testing

@testable import knocknoc_entra_emulator

@Suite(.ownThread) struct ReplicaTests {
    @Test("For a while after a write, reads give the old and the new in turn")
    func staleReads() throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        try emulator.settings(["staleReadsMs": 600_000])
        #expect(try emulator.patch(token: token, rangesBody(["6.5.4.0/24"])).status == 204)
        func seen() throws -> String? {
            try emulator.get(token: token).json["ipRanges"]?.items?.first?["cidrAddress"]?.text
        }
        let reads = try (0..<4).map { _ in try seen() }
        #expect(reads == ["192.0.2.0/32", "6.5.4.0/24", "192.0.2.0/32", "6.5.4.0/24"])
        #expect(try emulator.list() == ["6.5.4.0/24"])
        try emulator.settings(["staleReadsMs": 0])
        #expect(try (0..<2).map { _ in try seen() } == ["6.5.4.0/24", "6.5.4.0/24"])
    }

    @Test("After a deletion, reads find it and miss it in turn")
    func staleDeletion() throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        try emulator.settings(["staleReadsMs": 600_000])
        #expect(try emulator.control("DELETE", "locations/\(EmulatorProgram.office)").status == 204)
        #expect(try (0..<3).map { _ in try emulator.get(token: token).status } == [200, 404, 200])
        #expect(try emulator.patch(token: token, rangesBody(["6.5.4.0/24"])).status == 404)
    }

    @Test("A list with a range that is refused is refused whole")
    func refusedRanges() throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        try emulator.settings(["refusedRanges": ["6.5.4.0/24"]])
        let answer = try emulator.patch(token: token, rangesBody(["6.5.5.0/24", "6.5.4.0/24"]))
        #expect(answer.status == 400 && answer.code == "BadRequest")
        #expect(try emulator.list() == ["192.0.2.0/32"])
        #expect(try emulator.patch(token: token, rangesBody(["6.5.5.0/24"])).status == 204)
    }
}
