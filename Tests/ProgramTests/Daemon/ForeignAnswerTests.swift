import Foundation
import Kit
import Testing

/// Answers that are not Graph's, and whose fault a refusal is.
@Suite(.timeLimit(.minutes(3)), .ownThread) struct ForeignAnswerTests {
    @Test(
        "an answer that Graph has not signed ends nothing: the list is sent again until Graph has it",
        arguments: [
            #""status":200,"body":"{\"error\":{\"code\":\"x\"}}""#,
            #""status":200,"body":"{\"status\":\"intercepted\"}""#,
            #""status":400,"body":"bad""#, #""status":404,"body":"<html>""#, #""status":413,"body":"""#,
            #""status":511,"body":"<html>Sign in</html>""#,
        ])
    func unsigned(answer: String) async throws {
        let (ground, emulator) = try Playground.started { $0.giveUpAfter = "00:01:00" }
        try await ground.reach("done", try ground.drop(grant(["8.8.8.8"])))
        try await emulator.fault(
            #"{"match":{"kind":"patch"},"times":2,"do":"status","unsigned":true,"headers":{"Server":"squid"},\#(answer)}"#
        )
        let removal = try ground.drop(revoke(["8.8.8.8"]))
        try await ground.reach("done", removal)
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["192.0.2.0/32"])
        #expect(try await emulator.log("?kind=patch&applied=true").count == 2)
        #expect(ground.log.contains("ENTRA054"))
        #expect(
            ground.log.contains("A proxy or portal (Server: squid) answered PATCH /v1.0/identity/"), "\(ground.log)")
    }

    @Test("a location that can be read and not be written backs off, and recovers once")
    func readableOnly() async throws {
        let (ground, emulator) = try Playground.started { $0.grace = "00:01:00" }
        try await ground.reach("done", try ground.drop(grant(["8.8.8.8"])))
        try await emulator.fault(
            #"{"match":{"kind":"patch"},"times":5,"do":"status","status":404,"code":"ResourceNotFound"}"#)
        let name = try ground.drop(grant(["9.9.9.9"]))
        try await ground.reach("done", name)
        let times = try await emulator.log("?kind=patch").filter { $0.status == 404 }.map(\.monotonic)
        #expect(times.count == 5)
        for (earlier, later) in zip(times.dropFirst(), times.dropFirst(2)) { #expect(later - earlier >= 0.045) }
        #expect(ground.count(of: "entra.recovered") == 1)
    }

    @Test(
        "a refusal names the request and the permission that it needs",
        arguments: [
            ("get", "GET", "Policy.Read.All", "Policy.ReadWrite"),
            ("patch", "PATCH", "Policy.ReadWrite.ConditionalAccess", "Read.All"),
        ])
    func permission(kind: String, method: String, permission: String, other: String) async throws {
        let (ground, emulator) = try Playground.started()
        try await emulator.fault(
            #"{"match":{"kind":"\#(kind)"},"times":1000,"do":"status","status":403,"code":"AccessDenied","message":"No."}"#
        )
        let name = try ground.drop(grant(["8.8.8.8"]))
        try await ground.reach("ENTRA002", name)
        let asked = "\(method) /v1.0/identity/conditionalAccess/namedLocations/\(EmulatorProgram.office)"
        let note = ground.why(name)
        for text in [note, ground.log, try ground.journal()] {
            #expect(text.contains(asked), "\(text)")
            #expect(text.contains("Give the application \(permission), "), "\(text)")
        }
        #expect(!note.contains("Give the application \(other)"))
    }
}
