import Foundation
import Kit
import Testing

/// What happens to a grant while its list is under way, and to one that is retried afterwards.
@Suite(.timeLimit(.minutes(5)), .ownThread) struct OvertakenTests {
    @Test(
        "a revoke or a flush during the PATCH that carries the grant: refused, and gone",
        arguments: [
            (#"{"do":"applyThenStall","ms":2500,"match":{"kind":"patch"}}"#, false),
            (#"{"do":"delay","ms":2500,"match":{"kind":"patch"}}"#, false),
            (#"{"do":"stall","ms":2500,"match":{"kind":"patch"}}"#, false),
            (#"{"do":"delay","ms":2500,"match":{"kind":"patch"}}"#, true),
        ])
    func duringPatch(fault: String, isFlush: Bool) async throws {
        let (ground, emulator) = try Playground.started { $0.giveUpAfter = "00:10:00" }
        try await emulator.fault(fault)
        let name = try ground.drop(grant(["8.8.8.8"], user: "alice"))
        try await emulator.arrived("patch", atLeast: 1)
        let removal = try ground.drop(isFlush ? revoke([]) : #"{"action":"revoke","location":"office","user":"alice"}"#)
        try await ground.reach("SPOOL005", name)
        try await ground.reach("done", removal)
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["192.0.2.0/32"])
        // However often it is retried, it stays refused, and costs no request.
        let before = try await emulator.log().count
        try ground.retryByHand("SPOOL005")
        try await reached("it was taken again") { !ground.places().contains { $0.hasPrefix("failed/") } }
        try await ground.reach("SPOOL005", name)
        #expect(try await emulator.log().count == before)
    }

    @Test("a grant that failed and is retried by hand after a newer revoke stays refused, also after a kill")
    func retriedAfterRevoke() async throws {
        let (ground, emulator) = try Playground.started()
        try await emulator.fault(#"{"match":{"kind":"get"},"times":null,"do":"status","status":500}"#)
        let name = try ground.drop(grant(["8.8.8.8"], id: "k"))
        try await ground.reach("ENTRA050", name)
        try await emulator.clearFaults()
        try await ground.reach("done", try ground.drop(#"{"action":"revoke","location":"office","grantId":"k"}"#))
        ground.worker?.kill()
        try ground.start()
        try ground.retryByHand("ENTRA050")
        try await ground.reach("SPOOL005", name)
        let newer = try ground.drop(grant(["8.8.8.8"], id: "k"))
        try await ground.reach("done", newer)
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["8.8.8.8/32"])
    }

    @Test("nothing is asked of Graph when nothing changes")
    func quiet() async throws {
        let (ground, emulator) = try Playground.started()
        let end = Date(timeIntervalSinceNow: 3_600)
        try await ground.reach("done", try ground.drop(grant(["8.8.8.8"], user: "a", until: end)))
        let before = try await emulator.log().count
        for _ in 0..<3 {
            try await ground.reach("done", try ground.drop(grant(["8.8.8.8"], user: "a", until: end)))
            try await ground.reach("done", try ground.drop(grant(["8.8.8.8"], id: "other", until: end)))
            try await ground.reach("done", try ground.drop(revoke(["9.9.9.9"])))
            try await ground.reach("done", try ground.drop(#"{"action":"revoke","location":"office","user":"b"}"#))
            #expect(ground.worker?.stop() == 0)
            try ground.start()
        }
        try await ground.reach("done", try ground.drop(revoke(["9.9.9.9"])))
        #expect(try await emulator.log().count == before)
        // The other one's lease still covers the address.
        try await ground.reach("done", try ground.drop(#"{"action":"revoke","location":"office","user":"a"}"#))
        #expect(try await emulator.log().count == before)
    }
}
