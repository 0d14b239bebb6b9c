import Foundation
import Kit
import Testing

@Suite(.timeLimit(.minutes(2)), .ownThread) struct RefusedRangeTests {
    @Test("one range that Graph refuses among 500: it alone fails, in few requests, and the others are done")
    func oneBadRange() async throws {
        let (ground, emulator) = try Playground.configured()
        try await emulator.set(#"{"refusedRanges":["203.0.113.77/32"]}"#)
        try ground.configure(.init(emulator))
        #expect(try ground.run("init").status == 0)
        for index in 0..<500 {
            let address = "203.0.\(113 + index / 250).\(index % 250 + 1)"
            try ground.drop(
                #"{"action":"grant","location":"office","addresses":["\#(address)"]}"#, as: "g\(index).json")
        }
        try ground.start()
        ground.expect("g76.json", toEndIn: "ENTRA051")
        eventually("the others are done") { ground.places().count { $0.hasPrefix("done/") } == 499 }
        #expect(try await emulator.counts().patch <= 20)
        #expect(try await emulator.ranges(EmulatorProgram.office).count == 499)
        #expect(ground.why("g76.json").contains("HTTP 400"))
    }

    @Test("a location that refuses every list blames no item for it, and its neighbour is served")
    func locationAtFault() async throws {
        let (ground, emulator) = try Playground.configured()
        try await emulator.fault(
            #"{"match":{"kind":"patch","id":"\#(EmulatorProgram.office)"},"times":null,"do":"status","status":400,"code":"BadRequest"}"#
        )
        try ground.configure(.init(emulator))
        try ground.start()
        let bad = try ground.drop(#"{"action":"grant","location":"office","addresses":["203.0.113.1"]}"#)
        let good = try ground.drop(#"{"action":"grant","location":"lab","addresses":["203.0.113.1"]}"#)
        ground.expect(good, toEndIn: "done", within: 5)
        ground.expect(bad, toEndIn: "ENTRA051")
        #expect(ground.why(bad).contains("refuses every list"))
    }

    @Test(
        "a range that Graph refuses comes in by its time or as a pin: what leaves goes first, and it is found and told")
    func withoutFile() async throws {
        let (ground, emulator) = try Playground.configured()
        try await emulator.set(#"{"refusedRanges":["203.0.113.77/32","198.18.7.7/32"]}"#)
        var options = Playground.Options(emulator)
        options.locations = #"office: { id: "\#(EmulatorProgram.office)", pinnedRanges: ["198.18.7.7/32"] }"#
        try ground.configure(options)
        try ground.start()
        ground.expect(try ground.drop(grant(["203.0.113.1"], user: "ann")), toEndIn: "done")
        eventually("the pin is told") {
            ground.log.contains("event=pins.refused location=office address=198.18.7.7/32")
        }
        ground.expect(try ground.drop(grant(["203.0.113.2"], user: "bob")), toEndIn: "done")
        let start = timestamp(Date(timeIntervalSinceNow: 2))
        let later = #"{"action":"grant","location":"office","addresses":["203.0.113.77"],"startsAt":"\#(start)"}"#
        ground.expect(try ground.drop(later), toEndIn: "done")
        eventually("the lease is found") { ground.log.contains("event=lease.refused") }
        ground.expect(try ground.drop(#"{"action":"revoke","location":"office","user":"ann"}"#), toEndIn: "done")
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.2/32"])
        #expect(try !ground.run("leases").output.contains("203.0.113.77"))
    }
}
