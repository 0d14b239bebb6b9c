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
}
