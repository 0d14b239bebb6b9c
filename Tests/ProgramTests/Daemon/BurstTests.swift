import Foundation
import Kit
import Testing

@Suite(.timeLimit(.minutes(2)), .ownThread) struct BurstTests {
    @Test("500 grants at once are one token, one GET and at most three PATCHes, and the list is their union")
    func burst() async throws {
        let (ground, emulator) = try Playground.configured(rate: 1)
        var options = Playground.Options(emulator)
        options.requestsPerSecond = 1
        try ground.configure(options)
        try ground.start()
        eventually("it has started") { ground.log.contains("event=started") }
        // All at once, however long it takes to put them there.
        ground.worker?.signal(SIGSTOP)
        let expected = try drop500(ground)
        ground.worker?.signal(SIGCONT)
        eventually("all are done") { ground.places().count { $0.hasPrefix("done/") } == 500 }
        let counts = try await emulator.counts()
        #expect(counts.token == 1)
        #expect(counts.get == 1)
        #expect((1...3).contains(counts.patch))
        #expect(try await emulator.ranges(EmulatorProgram.office) == expected)
    }

    @Test("a worker killed in the middle of a burst is restarted: all are done and the list is right")
    func killedInTheMiddle() async throws {
        let (ground, emulator) = try Playground.started()
        let expected = try drop500(ground) { index in
            if index % 100 == 50 {
                ground.worker?.kill()
                try ground.start()
            }
        }
        eventually("all are done") { ground.places().count { $0.hasPrefix("done/") } == 500 }
        eventually("nothing is left") { ground.places().allSatisfy { $0.hasPrefix("done/") } }
        #expect(try await emulator.ranges(EmulatorProgram.office) == expected)
    }

    @Test("killed after Graph took a grant and before the ledger knew, and expired meanwhile: the address leaves")
    func killedBeforeTheLedgerKnew() async throws {
        let (ground, emulator) = try Playground.started()
        try await emulator.fault(#"{"match":{"kind":"patch"},"do":"applyThenStall","ms":60000}"#)
        let end = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: 10))
        let name = try ground.drop(
            #"{"action":"grant","location":"office","addresses":["203.0.113.7"],"expiresAt":"\#(end)"}"#)
        try await emulator.arrived("patch", atLeast: 1)
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["203.0.113.7/32"])
        ground.worker?.kill()
        eventually("the grant's end") { end < ISO8601DateFormatter().string(from: Date()) }
        try ground.start()
        ground.expect(name, toEndIn: "SPOOL004")
        try await emulator.arrived("patch", atLeast: 2)
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["192.0.2.0/32"])
    }

    private func drop500(_ ground: Playground, _ during: (Int) throws -> Void = { _ in }) throws -> Set<String> {
        var expected: Set<String> = []
        for index in 0..<500 {
            let address = "203.0.\(113 + index / 250).\(index % 250 + 1)"
            try ground.drop(#"{"action":"grant","location":"office","addresses":["\#(address)"],"user":"u\#(index)"}"#)
            expected.insert(address + "/32")
            try during(index)
        }
        return expected
    }
}
