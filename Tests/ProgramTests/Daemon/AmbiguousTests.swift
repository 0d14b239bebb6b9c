import Foundation
import Kit
import Testing

/// Writes whose end nobody has heard of: they may have taken effect, or may still.
@Suite(.timeLimit(.minutes(5)), .ownThread) struct AmbiguousTests {
    @Test(
        "a lost answer is followed by the same list again, and nothing is lost",
        arguments: [
            #"{"do":"applyThenReset","match":{"kind":"patch"}}"#, #"{"do":"applyThenClose","match":{"kind":"patch"}}"#,
            #"{"do":"applyThenStall","ms":60000,"match":{"kind":"patch"}}"#,
            #"{"do":"landLater","ms":1500,"match":{"kind":"patch"}}"#, #"{"do":"cut","match":{"kind":"patch"}}"#,
            #"{"do":"status","status":503,"match":{"kind":"patch"}}"#,
            #"{"do":"status","status":504,"times":3,"match":{"kind":"patch"}}"#,
        ])
    func lostAnswer(fault: String) async throws {
        let (ground, emulator) = try Playground.started {
            $0.giveUpAfter = "00:10:00"
            $0.entra = #"requestTimeout: "00:00:01","#
        }
        try await emulator.fault(fault)
        let names = try (0..<10).map { try ground.drop(grant(["8.8.8.\($0)"])) }
        try await ground.reach("done", names)
        let all = Set((0..<10).map { "8.8.8.\($0)/32" })
        #expect(try await emulator.ranges(EmulatorProgram.office) == all)
        // The second write is still owed, so this stop is not a clean one, and the next start makes up for it.
        if !fault.contains("\"cut\"") {
            let before = try await emulator.counts().patch
            #expect(ground.worker?.stop() == 0)
            try ground.start()
            try await emulator.arrived("patch", atLeast: before + 1)
        }
        try await reached("the list is right") { try await emulator.ranges(EmulatorProgram.office) == all }
    }

    @Test(
        "a lost write that lands after its grant was revoked is undone at the next start, clean or not",
        arguments: [(true, ""), (false, ""), (false, #","status":503"#), (false, #","status":504"#)])
    func landsLate(isKilled: Bool, answer: String) async throws {
        let (ground, emulator) = try Playground.started { $0.giveUpAfter = "00:10:00" }
        try await ground.reach("done", try ground.drop(grant(["9.9.9.9"])))
        try await emulator.fault(#"{"do":"landLater","ms":4000,"match":{"kind":"patch"}\#(answer)}"#)
        let name = try ground.drop(grant(["8.8.8.8"], user: "alice"))
        try await emulator.arrived("patch", atLeast: 2)
        let removal = try ground.drop(#"{"action":"revoke","location":"office","user":"alice"}"#)
        ground.expect(removal, toEndIn: "done")
        // Whether the grant was written once in between is a matter of a millisecond; its end is the same.
        try await reached("it has its verdict") { ground.verdict(name) != nil }
        try await reached("the late one has landed") {
            try await emulator.log("?kind=patch").contains { $0.fault == "landLater" && $0.applied == true }
        }
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["8.8.8.8/32", "9.9.9.9/32"])
        if isKilled { ground.worker?.kill() } else { #expect(ground.worker?.stop() == 0) }
        try ground.start()
        try await reached("the list is right") {
            try await emulator.ranges(EmulatorProgram.office) == ["9.9.9.9/32"]
        }
    }
}
