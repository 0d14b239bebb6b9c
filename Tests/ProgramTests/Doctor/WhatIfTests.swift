import Foundation
import Kit
import Testing

@Suite(.timeLimit(.minutes(2)), .ownThread) struct WhatIfTests {
    private static let alice = "cccccccc-0000-4000-8000-000000000001"

    private func start() async throws -> (Playground, EmulatorProgram) {
        let (ground, emulator) = try Playground.configured()
        try await emulator.put(EmulatorProgram.office, ranges: ["8.8.8.8/32"])
        try await emulator.set(
            """
            {"users":{"alice@example.com":"\(Self.alice)"},"policies":[
             {"id":"p1","displayName":"Block elsewhere","state":"enabled","grantControls":{"builtInControls":["block"]},
              "conditions":{"users":{"includeUsers":["All"]},"locations":{"includeLocations":["All"],
              "excludeLocations":["\(EmulatorProgram.office)"]}}},
             {"id":"p2","displayName":"Off","state":"disabled","conditions":{"users":{"includeUsers":["All"]}}}]}
            """)
        try ground.configure(onlyOffice: emulator)
        return (ground, emulator)
    }

    @Test("a sign-in from a granted address is let by because of the location, from another it is not")
    func location() async throws {
        let (ground, emulator) = try await start()
        let (status, inside) = try ground.run("what-if", Self.alice, "8.8.8.8")
        #expect(status == 0)
        #expect(
            inside.contains(
                "  does not apply  \"Block elsewhere\": on, asks for block, because of the location, excludes office\n"),
            "\(inside)")
        #expect(inside.contains("because it is not on"))
        #expect(inside.contains("the location is why 1 does not"))
        let outside = try ground.run("what-if", Self.alice, "8.8.4.4").output
        #expect(
            outside.contains("  applies         \"Block elsewhere\": on, asks for block, excludes office\n"),
            "\(outside)")
        #expect(outside.contains("1 that is on would apply; the location keeps none of them away"))
        #expect(try await emulator.log().map(\.kind) == ["token", "evaluate", "token", "evaluate"])
    }

    @Test("a user is found by name where that is permitted; the application may be named before or behind")
    func byName() async throws {
        let (ground, emulator) = try await start()
        let refused = try ground.run("what-if", "alice@example.com", "8.8.8.8")
        #expect(refused.status == 77)
        #expect(refused.output.contains("object ID"))
        try await emulator.set(#"{"roles":["Policy.ReadWrite.ConditionalAccess","User.Read.All"]}"#)
        let app = "dddddddd-0000-4000-8000-000000000001"
        for words in [
            ["what-if", "alice@example.com", "8.8.8.8", "--app", app],
            ["what-if", "--app", app, "alice@example.com", "8.8.8.8"],
            ["what-if", "--app=\(app)", "alice@example.com", "8.8.8.8"],
        ] {
            let (status, output) = try ground.run(words + ["--json"])
            #expect(status == 0, "\(output)")
            let answer = try JSONDecoder().decode(Answer.self, from: Data(output.utf8))
            #expect(answer.user == Self.alice)
            #expect(answer.application == app)
            #expect(answer.policies.map(\.applies) == [false, false])
            #expect(answer.policies.first?.reasons == "location")
            #expect(answer.policies.first?.locations == ["office"])
        }
        let unknown = try ground.run("what-if", "bob@example.com", "8.8.8.8")
        #expect(unknown.status == 64)
        #expect(unknown.output.contains("no user bob@example.com"))
    }

    @Test("what is wrong is said with the status for it")
    func refusals() async throws {
        let (ground, emulator) = try await start()
        for words in [
            ["what-if"], ["what-if", Self.alice], ["what-if", Self.alice, "8.8.8.0/24"],
            ["what-if", Self.alice, "nowhere"], ["what-if", Self.alice, "8.8.8.8", "--app"],
            ["what-if", Self.alice, "8.8.8.8", "--app", "x"], ["what-if", Self.alice, "8.8.8.8", "--loud"],
        ] {
            #expect(try ground.run(words).status == 64, "\(words)")
        }
        try await emulator.set(#"{"roles":[]}"#)
        let refused = try ground.run("what-if", Self.alice, "8.8.8.8")
        #expect(refused.status == 77)
        #expect(refused.output.contains("ENTRA002"))
        try await emulator.set(#"{"secrets":[]}"#)
        let unknown = try ground.run("what-if", Self.alice, "8.8.8.8")
        #expect(unknown.status == 69)
        #expect(unknown.output.contains("ENTRA001"))
    }

    private struct Answer: Decodable {
        struct Policy: Decodable {
            var applies: Bool
            var reasons: String
            var locations: [String]
        }

        var user: String
        var application: String
        var policies: [Policy]
    }
}
