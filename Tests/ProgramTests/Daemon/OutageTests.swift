import Foundation
import Kit
import Testing

@Suite(.timeLimit(.minutes(5)), .ownThread) struct OutageTests {
    @Test("Graph is down while leases end and revokes arrive: the first write afterwards removes them all")
    func down() async throws {
        let (ground, emulator) = try Playground.started()
        // Without a pause up to the kill, since the lease must not end before.
        let end = Date(timeIntervalSinceNow: 10)
        let first = [
            try ground.drop(grant(["8.8.8.1"], user: "ends", until: end)),
            try ground.drop(grant(["8.8.8.2"], user: "a")),
            try ground.drop(grant(["8.8.8.3"], user: "b")), try ground.drop(grant(["8.8.8.4"], user: "stays")),
        ]
        for name in first { ground.expect(name, toEndIn: "done") }
        let held: Set = ["8.8.8.1/32", "8.8.8.2/32", "8.8.8.3/32", "8.8.8.4/32"]
        emulator.kill()
        let byAddress = try ground.drop(revoke(["8.8.8.2"]))
        let byUser = try ground.drop(#"{"action":"revoke","location":"office","user":"b"}"#)
        let lost = try ground.drop(grant(["8.8.8.9"]))
        try await ground.reach("ENTRA000", [byAddress, byUser, lost])
        for name in [byAddress, byUser] {
            #expect(ground.why(name).contains("recorded; it is sent as soon as Entra accepts; no retry needed"))
        }
        #expect(!ground.why(lost).contains("recorded"))
        try await reached("the lease has ended") { ground.log.contains("event=lease.expired") }
        try await reached("the log says how many are overdue, and since when") {
            ground.log.contains(/event=removals.overdue location=office count=[1-3] since=2/)
        }
        let again = try EmulatorProgram.again(
            port: emulator.port, holding: [EmulatorProgram.office: held], in: ground.folder)
        try await reached("the list is right") {
            try await again.ranges(EmulatorProgram.office) == ["8.8.8.4/32"]
        }
        let lists = try await again.log("?kind=patch&applied=true").compactMap(\.ranges)
        #expect(lists == [["8.8.8.4/32"]])
        try await reached("the log says that they are gone") { ground.log.contains("event=removals.sent") }
        #expect(try ground.journal().contains(/"event":"left".*"8.8.8.1\/32","cause":"expired".*"cause":"revoked"/))
        ground.emulator = again
        try await ground.reach("done", try ground.drop(revoke(["8.8.8.4"])))
        #expect(try await again.ranges(EmulatorProgram.office) == ["192.0.2.0/32"])
    }

    @Test("while everything is down the worker asks once a step, however many files and locations wait")
    func oneAtATime() async throws {
        let (ground, emulator) = try Playground.configured()
        try await emulator.fault(#"{"match":{"kind":"get"},"times":null,"do":"reset"}"#)
        var options = Playground.Options(emulator)
        options.giveUpAfter = "00:10:00"
        options.requestsPerSecond = 1_000
        try ground.configure(options)
        try ground.start()
        let names = try ["office", "lab"].flatMap { location in
            try (0..<100).map { try ground.drop(grant(["8.8.8.\($0)"], location: location)) }
        }
        try await reached("it has asked a dozen times") { try await emulator.counts().get >= 12 }
        let asked = try await emulator.log("?kind=get").map(\.monotonic)
        // The first two may leave together, before either has failed.
        for (earlier, later) in zip(asked.dropFirst(), asked.dropFirst(2)) { #expect(later - earlier >= 0.04) }
        try await emulator.clearFaults()
        try await ground.reach("done", names)
    }

    @Test("one location answers 403, one 404, one 500 for long: a fourth beside them is served all the while")
    func neighbours() async throws {
        let (ground, emulator) = try Playground.configured()
        let fourth = "aaaaaaaa-0000-4000-8000-000000000004"
        let troubled = [("forbidden", 1, 403), ("gone", 2, 404), ("broken", 3, 500)]
        try await emulator.put(fourth, ranges: ["192.0.2.0/32"])
        var options = Playground.Options(emulator)
        options.requestsPerSecond = 8
        options.giveUpAfter = "00:10:00"
        options.grace = "00:10:00"
        options.locations = #"fourth: { id: "\#(fourth)" }, "#
        for (name, number, status) in troubled {
            let id = "aaaaaaaa-0000-4000-8000-00000000000\(number)"
            options.locations += #"\#(name): { id: "\#(id)" }, "#
            try await emulator.fault(#"{"match":{"id":"\#(id)"},"times":null,"do":"status","status":\#(status)}"#)
        }
        try ground.configure(options)
        try ground.start()
        let waiting = try troubled.flatMap { name, _, _ in
            try (0..<50).map { try ground.drop(grant(["8.8.8.\($0)"], location: name)) }
        }
        try await reached("all three are in trouble") {
            troubled.allSatisfy { ground.log.contains("scope=\($0.0)") }
        }
        for index in 0..<12 {
            let start = Date()
            ground.expect(try ground.drop(grant(["9.9.9.\(index)"], location: "fourth")), toEndIn: "done")
            // The paced rate gives a second for eight requests; the rest is for a busy machine.
            #expect(Date().timeIntervalSince(start) < 4, "grant \(index)")
        }
        #expect(ground.waitingCount() == waiting.count)
        #expect(try await emulator.ranges(fourth).count == 12)
        try await emulator.clearFaults()
        try await ground.reach("done", waiting)
    }
}
