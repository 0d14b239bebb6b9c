import Foundation
import Kit
import Testing

/// Somebody else changes a list, or Entra shows an old one.
@Suite(.timeLimit(.minutes(5)), .ownThread) struct DriftTests {
    private let office = EmulatorProgram.office

    @Test(
        "a list that was edited by hand is repaired after two late looks, and the log and the journal say what was changed",
        arguments: [
            (["8.8.8.8/32", "8.8.8.9/32", "9.9.9.9/32"], #""added":["9.9.9.9/32"],"missing":[]"#),
            (["8.8.8.8/32"], #""added":[],"missing":["8.8.8.9/32"]"#),
        ])
    func edited(list: [String], said: String) async throws {
        let stage = try Stage()
        try await stage.settle(try stage.ground.drop(grant(["8.8.8.8", "8.8.8.9"])), in: "done")
        try await stage.emulator.put(office, ranges: list)
        let (gets, patches) = (try await stage.count("get"), try await stage.count("patch"))
        stage.pass(.seconds(290))
        try await stage.work(until: "a moment has passed", within: 1) { true }
        #expect(try await stage.count("get") == gets, "five minutes have to pass after a write")
        stage.pass(.seconds(700))
        try await stage.work(until: "it is read") { try await stage.count("get") == gets + 1 }
        #expect(try await stage.emulator.ranges(office) == Set(list), "one look is none")
        stage.pass(.seconds(31))
        try await stage.work(until: "it is written over") { try await stage.count("patch") == patches + 1 }
        #expect(try await stage.emulator.ranges(office) == ["8.8.8.8/32", "8.8.8.9/32"])
        try await stage.work(until: "the journal tells") { try stage.ground.journal().contains(said) }
    }

    @Test("twenty stale reads after a write of ours cause no write at all")
    func stale() async throws {
        let stage = try Stage { $0.more = #"reconcileInterval: "00:01:00","# }
        try await stage.settle(try stage.ground.drop(grant(["8.8.8.8"])), in: "done")
        try await stage.settle(try stage.ground.drop(grant(["8.8.8.9"])), in: "done")
        let patches = try await stage.count("patch")
        // Entra shows the list of before.
        try await stage.emulator.put(office, ranges: ["8.8.8.8/32"])
        stage.pass(.seconds(300))
        for _ in 0..<20 {
            let gets = try await stage.count("get")
            stage.pass(.seconds(61))
            try await stage.work(until: "it is read") { try await stage.count("get") > gets }
        }
        #expect(try await stage.count("patch") == patches)
        #expect(!(try stage.ground.journal().contains("drift")))
    }

    @Test("a wall clock that jumps by a day evicts nobody for ten minutes, and is believed then")
    func jump() async throws {
        let stage = try Stage()
        try await stage.settle(try stage.ground.drop(grant(["8.8.8.8"], user: "a")), in: "done")
        stage.jump(.seconds(2 * 86_400))
        // Where somebody else comes and goes, the list is written, and the lease is in it.
        try await stage.settle(try stage.ground.drop(grant(["9.9.9.9"], user: "b")), in: "done")
        #expect(try await stage.emulator.ranges(office) == ["8.8.8.8/32", "9.9.9.9/32"])
        stage.pass(.seconds(601))
        try await stage.work(until: "the lease has ended") {
            !(try await stage.emulator.ranges(office).contains("8.8.8.8/32"))
        }
    }

    @Test("a grant for later settles at once and opens at its time; several that end together are one write")
    func forLater() async throws {
        let stage = try Stage()
        let start = Date(timeIntervalSinceNow: 3_600)
        let name = try stage.ground.drop(
            #"{"action":"grant","location":"office","addresses":["8.8.8.8"],"startsAt":"\#(timestamp(start))","durationSeconds":7200}"#
        )
        try await stage.settle(name, in: "done")
        #expect(try stage.ground.journal().contains("accepted, starts at"))
        #expect(!(try await stage.emulator.ranges(office).contains("8.8.8.8/32")))
        stage.pass(.seconds(3_601))
        try await stage.work(until: "it is open") { try await stage.emulator.ranges(office) == ["8.8.8.8/32"] }
        let end = Date(timeIntervalSinceNow: 3_601 + 600)
        for number in 0..<5 {
            let text = grant(["9.9.9.\(number)"], until: end.addingTimeInterval(Double(number) / 10))
            try await stage.settle(try stage.ground.drop(text), in: "done")
        }
        let patches = try await stage.count("patch")
        stage.pass(.seconds(602))
        try await stage.work(until: "they have left") {
            try await stage.emulator.ranges(office) == ["8.8.8.8/32"]
        }
        #expect(try await stage.count("patch") == patches + 1)
    }

    @Test("a page with status 200 is no success: the list is written again, and no file is done before it is true")
    func pageInsteadOfAnswer() async throws {
        let stage = try Stage { $0.giveUpAfter = "00:10:00" }
        try await stage.settle(try stage.ground.drop(grant(["9.9.9.9"])), in: "done")
        try await stage.emulator.fault(#"{"do":"html","match":{"kind":"patch"},"times":2}"#)
        try await stage.settle(try stage.ground.drop(revoke(["9.9.9.9"])), in: "done")
        #expect(try await stage.emulator.ranges(office) == ["192.0.2.0/32"])
    }

    @Test("a lost write that lands late is undone by the second write")
    func secondWrite() async throws {
        let stage = try Stage { $0.giveUpAfter = "00:10:00" }
        try await stage.settle(try stage.ground.drop(grant(["9.9.9.9"])), in: "done")
        try await stage.emulator.fault(#"{"do":"status","match":{"kind":"patch"},"status":503}"#)
        let late = try stage.ground.drop(grant(["8.8.8.8"], user: "alice"))
        try await stage.work(until: "it is sent") { try await stage.count("patch") >= 2 }
        try await stage.settle(
            try stage.ground.drop(#"{"action":"revoke","location":"office","user":"alice"}"#), in: "done")
        try await stage.work(until: "it has its verdict") { stage.ground.verdict(late) != nil }
        // Only now what was answered with 503 lands.
        try await stage.emulator.put(office, ranges: ["8.8.8.8/32", "9.9.9.9/32"])
        stage.pass(.seconds(61))
        try await stage.work(until: "it is undone") { try await stage.emulator.ranges(office) == ["9.9.9.9/32"] }
    }
}
