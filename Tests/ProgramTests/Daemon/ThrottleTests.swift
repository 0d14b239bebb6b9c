import Foundation
import Kit
import Testing

@Suite(.timeLimit(.minutes(5)), .ownThread) struct ThrottleTests {
    /// A form of Retry-After and the shortest wait that it asks for.
    struct Form: CustomTestStringConvertible, Sendable {
        let name: String
        let seconds: Double
        let shortest: Double
        var testDescription: String { name }
    }

    @Test(
        "Retry-After is honoured in every form, and what waits does not age meanwhile",
        arguments: [
            Form(name: "seconds", seconds: 1, shortest: 1), Form(name: "decimal", seconds: 1.3, shortest: 1.3),
            Form(name: "date", seconds: 1, shortest: 1), Form(name: "none", seconds: 0, shortest: 0.05),
        ])
    func retryAfter(form: Form) async throws {
        let (ground, emulator) = try Playground.started {
            $0.giveUpAfter = "00:00:01"
            // So slow that an answer is here before the next request may leave.
            $0.requestsPerSecond = 5
        }
        try await emulator.fault(
            #"{"match":{"kind":"patch"},"times":2,"do":"throttle","retryAfter":"\#(form.name)","seconds":\#(form.seconds)}"#
        )
        let names = try (0..<100).map { try ground.drop(grant(["8.8.8.\($0)"], user: "u\($0)")) }
        let other = try ground.drop(grant(["8.8.8.8"], location: "lab"))
        try await ground.reach("done", names + [other])
        let requests = try await emulator.log().filter { $0.kind != "token" }
        for index in requests.indices.dropFirst() where requests[index - 1].status == 429 {
            let gap = requests[index].monotonic - requests[index - 1].monotonic
            #expect(gap >= form.shortest - 0.01, "\(gap)")
        }
        #expect(requests.count { $0.status == 429 } == 2)
        #expect(try await emulator.ranges(EmulatorProgram.office).count == 100)
    }

    @Test("another client uses up the tenant's budget: nothing is lost, and one request a step asks whether it is over")
    func anotherClient() async throws {
        let (ground, emulator) = try Playground.started { $0.giveUpAfter = "00:00:01" }
        try await reached("the worker has started") { ground.log.contains("event=started") }
        try await emulator.set(#"{"quotaUsedUpMs":2000}"#)
        let names = try ["office", "lab"].flatMap { location in
            try (0..<150).map { try ground.drop(grant(["8.8.8.\($0)"], location: location)) }
        }
        try await ground.reach("done", names)
        let requests = try await emulator.log().filter { $0.kind != "token" }
        let refused = requests.filter { $0.status == 429 }
        #expect(refused.count >= 3)
        // A step is 50 ms at least, and more as they add up.
        #expect(refused.count <= 40)
        for id in [EmulatorProgram.office, EmulatorProgram.lab] {
            let ofThis = requests.filter { $0.id == id }
            for (earlier, later) in zip(ofThis, ofThis.dropFirst()) where earlier.status == 429 {
                #expect(later.monotonic - earlier.monotonic >= 0.04)
            }
        }
        #expect(try await emulator.ranges(EmulatorProgram.office).count == 150)
        #expect(try await emulator.ranges(EmulatorProgram.lab).count == 150)
    }

    @Test(
        "a Retry-After of nothing, or in the past, does not mean full pace",
        arguments: [#""Retry-After":"0""#, #""Retry-After":"Mon, 01 Jan 2024 00:00:00 GMT""#])
    func noWait(header: String) async throws {
        let (ground, emulator) = try Playground.started()
        try await emulator.fault(
            #"{"match":{"kind":"patch"},"times":4,"do":"status","status":429,"headers":{\#(header)}}"#)
        try await ground.reach("done", try ground.drop(grant(["8.8.8.8"])))
        let times = try await emulator.log("?kind=patch").map(\.monotonic)
        #expect(times.count == 5)
        for (earlier, later) in zip(times, times.dropFirst()) { #expect(later - earlier >= 0.045) }
    }

    @Test(
        "429 for ever: a grant fails ENTRA005 once that has lasted longestThrottle, and a removal goes on",
        arguments: ["patch", "token"])
    func forEver(kind: String) async throws {
        let (ground, emulator) = try Playground.configured()
        // The token endpoint is asked again only after the one that was given has ended.
        try await emulator.set(#"{"tokenLifetime":2}"#)
        var options = Playground.Options(emulator)
        options.giveUpAfter = "00:05:00"
        options.retry = #"longestThrottle: "00:00:03","#
        try ground.configure(options)
        try ground.start()
        try await ground.reach("done", try ground.drop(grant(["8.8.8.1"])))
        try await emulator.fault(#"{"match":{"kind":"\#(kind)"},"times":1000,"do":"status","status":429}"#)
        if kind == "token" { try await emulator.revokeTokens() }
        let start = ContinuousClock.now
        let late = try ground.drop(grant(["8.8.8.2"]))
        let removal = try ground.drop(revoke(["8.8.8.1"]))
        try await ground.reach("ENTRA005", late)
        let waited = ContinuousClock.now - start
        #expect(waited > .seconds(2.5) && waited < .seconds(60), "\(waited)")
        #expect(ground.verdict(removal) == nil)
        try await emulator.clearFaults()
        try await ground.reach("done", removal)
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["192.0.2.0/32"])
    }

    @Test("a revoke that arrives while the gate is shut is in the first list that leaves")
    func revokeWhileShut() async throws {
        let (ground, emulator) = try Playground.started()
        let first = try ground.drop(grant(["8.8.8.1", "8.8.8.2"]))
        try await ground.reach("done", first)
        try await emulator.fault(#"{"match":{"kind":"patch"},"do":"throttle","retryAfter":"seconds","seconds":2}"#)
        let second = try ground.drop(grant(["8.8.8.3"]))
        eventually("the gate is shut") { ground.log.contains("event=entra.throttled") }
        let removal = try ground.drop(revoke(["8.8.8.1"]))
        try await ground.reach("done", [second, removal])
        let lists = try await emulator.log("?kind=patch&applied=true").compactMap(\.ranges)
        #expect(lists.count == 2)
        #expect(Set(lists.last ?? []) == ["8.8.8.2/32", "8.8.8.3/32"])
    }
}
