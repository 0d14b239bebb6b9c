import Foundation
import Grants
import Kit
import Testing

/// What Entra authentication does over minutes and hours, with a clock that is set forward.
@Suite(.timeLimit(.minutes(3)), .ownThread) struct AuthenticationTimeTests {
    private func ready(
        _ section: String = "", byGroup: Bool = false, _ change: (inout Playground.Options) -> Void = { _ in }
    ) async throws -> Stage {
        let stage = try Stage {
            $0.giveUpAfter = "00:10:00"
            $0.authenticate(section, byGroup: byGroup)
            change(&$0)
        }
        try await stage.emulator.set(Directory.settings)
        return stage
    }

    private func verdicts(_ stage: Stage, _ prefix: String) -> [String: Int] {
        var count: [String: Int] = [:]
        for place in stage.ground.places() where place.contains("/\(prefix)") && !place.hasSuffix(".why") {
            let parts = place.split(separator: "/").map(String.init)
            count[parts[0] == "failed" ? parts[1] : parts[0], default: 0] += 1
        }
        return count
    }

    @Test("a thousand unknown keys cost one fetch in five minutes, and hold up nobody who has a good one")
    func garbage() async throws {
        let stage = try await ready()
        let good = try await stage.emulator.mint(Mint.valid)
        try stage.ground.drop(signed(grant(["8.8.8.1"]), good), as: "good-1.json")
        try await stage.settle("good-1.json", in: "done")
        for round in 0..<4 {
            // Each names another key, as a flood would.
            for number in 0..<250 {
                let token = try await stage.emulator.mint(
                    #"{"version":1,"key":"foreign","header":{"kid":"garbage-\#(round)-\#(number)"}}"#)
                try stage.ground.drop(signed(grant(["8.8.9.\(number)"]), token), as: "bad-\(round)-\(number).json")
            }
            // Counted from the first forced fetch, the fourth round comes after 60 s.
            try stage.ground.drop(signed(grant(["8.8.8.\(round + 2)"]), good), as: "good-\(round + 2).json")
            try await stage.settle("good-\(round + 2).json", in: "done")
            stage.pass(.seconds(20))
        }
        #expect(try await stage.count("keys") <= 2)
        #expect(try await stage.count("discovery") <= 2)
        try await stage.work(until: "it rests between two tries") { stage.rest > .zero }
        stage.pass(.seconds(300))
        try await stage.work(until: "all of it is refused") { verdicts(stage, "bad") == ["SPOOL006": 1_000] }
        #expect(try await stage.count("keys") <= 3)
        #expect(stage.ground.why("bad-3-9.json").contains("garbage-3-9"))
    }

    @Test("beyond a part of memory unknown keys are refused at once; who waits for a rollover's fetch goes on waiting")
    func crowd() async throws {
        let stage = try await ready { $0.batch = "maxItems: 80," }
        let bad = try await stage.emulator.mint(Mint.unknownKey)
        for name in ["first.json", "second.json"] {
            // The first fetch answers what came before it; what comes after forces another.
            try stage.ground.drop(signed(grant(["8.8.8.1"]), bad), as: name)
            try await stage.work(until: "\(name) is refused, or waits for a fetch that is not permitted yet") {
                try await stage.count("keys") == 2 && stage.rest > .milliseconds(20)
                    || stage.ground.verdict(name) != nil
            }
        }
        #expect(try await stage.count("keys") == 2)
        // One forced fetch was made by now, so for five minutes a new key cannot be told from none.
        try await stage.emulator.rollKeys(keepingOld: true)
        try stage.ground.drop(
            signed(grant(["8.8.8.2"]), try await stage.emulator.mint(Mint.valid)), as: "rolled.json")
        try await stage.work(until: "it is claimed") { verdicts(stage, "rolled") == ["work": 1] }
        for number in 0..<60 {
            try stage.ground.drop(signed(grant(["8.8.9.\(number)"]), bad), as: "bad-\(number).json")
        }
        try await stage.work(until: "those beyond are refused") { (verdicts(stage, "bad")["SPOOL006"] ?? 0) >= 30 }
        #expect((verdicts(stage, "bad")["work"] ?? 0) >= 10)
        try await stage.work(until: "it rests between two tries") { stage.rest > .zero }
        #expect(stage.ground.verdict("rolled.json") == nil)
        stage.pass(.seconds(301))
        try await stage.settle("rolled.json", in: "done")
        try await stage.work(until: "the rest is refused") { verdicts(stage, "bad") == ["SPOOL006": 60] }
    }

    @Test("a backlog without keys rests in work/, and memory holds a part of it")
    func backlog() async throws {
        let stage = try await ready { $0.batch = "maxItems: 40," }
        try await stage.emulator.fault(#"{"match":{"kind":"discovery"},"times":null,"do":"status","status":503}"#)
        let token = try await stage.emulator.mint(Mint.valid)
        for number in 0..<150 {
            try stage.ground.drop(
                signed(grant(["8.8.8.\(number)"], user: "u\(number)"), token), as: "item-\(number).json")
        }
        try await stage.work(until: "all are claimed") { verdicts(stage, "item") == ["work": 150] }
        #expect(stage.inHand <= 40)
        try await stage.work(until: "it rests between two tries") { stage.rest > .zero }
        try await stage.emulator.clearFaults()
        stage.pass(.seconds(5))
        try await stage.work(until: "all are done") { verdicts(stage, "item") == ["done": 150] }
        #expect(try await stage.count("keys") == 1)
    }

    @Test("a request that waits in vain fails with the code of what failed, after its time", arguments: [true, false])
    func givingUp(isAboutKeys: Bool) async throws {
        let stage = try await ready(byGroup: !isAboutKeys)
        try await stage.emulator.fault(
            #"{"match":{"kind":"\#(isAboutKeys ? "keys" : "groups")"},"times":null,"do":"status","status":503}"#)
        try stage.ground.drop(
            signed(grant(["8.8.8.1"]), try await stage.emulator.mint(Mint.overage())), as: "a.json")
        try await stage.work(until: "a failure") {
            try await stage.count(isAboutKeys ? "keys" : "groups") > 0 && stage.rest > .milliseconds(20)
        }
        stage.pass(.seconds(300))
        let before = try await stage.count(isAboutKeys ? "keys" : "groups")
        try await stage.work(until: "another failure") {
            try await stage.count(isAboutKeys ? "keys" : "groups") > before
        }
        #expect(stage.ground.verdict("a.json") == nil)
        stage.pass(.seconds(301))
        try await stage.settle("a.json", in: "ENTRA000")
        #expect(stage.ground.why("a.json").contains("Attempts:"))
    }

    @Test("somebody's groups are asked for once more when they are old, and each time where nothing is kept")
    func groupLifetime() async throws {
        for (cache, expected) in [("00:30:00", 2), ("00:00:00", 4)] {
            let stage = try await ready("entraGroupCacheDuration: \"\(cache)\"", byGroup: true)
            let token = try await stage.emulator.mint(
                #"""
                {"version":1,"expiresIn":90000,"claims":{"hasgroups":true}}
                """#)
            for number in 0..<4 {
                if number == 2 { stage.pass(.seconds(1_801)) }
                try stage.ground.drop(signed(grant(["8.8.8.\(number)"]), token), as: "m-\(number).json")
                try await stage.settle("m-\(number).json", in: "done")
            }
            #expect(try await stage.count("groups") == expected)
        }
    }

    @Test("a token has to live when its request is first claimed, however late keys and groups come, and over a crash")
    func firstClaim() async throws {
        for kind in ["discovery", "groups"] {
            let stage = try await ready(byGroup: true) { $0.giveUpAfter = "10:00:00" }
            try await stage.emulator.fault(#"{"match":{"kind":"\#(kind)"},"times":null,"do":"status","status":503}"#)
            let token = try await stage.emulator.mint(Mint.overage())
            try stage.ground.drop(signed(grant(["8.8.8.1"]), token), as: "early.json")
            try await stage.work(until: "a failure") { try await stage.count(kind) > 0 }
            stage.pass(.seconds(7_200))
            try stage.crash()
            try await stage.work(until: "a failure of the second life") { try await stage.count(kind) > 1 }
            try await stage.emulator.clearFaults()
            try await stage.settle("early.json", in: "done")
            try stage.ground.drop(signed(grant(["8.8.8.2"]), token), as: "late.json")
            try await stage.settle("late.json", in: "SPOOL006")
            #expect(stage.ground.why("late.json").contains("expired (exp)"))
        }
    }

    @Test("a grant that ended while it waited for keys says so")
    func endedMeanwhile() async throws {
        let stage = try await ready { $0.giveUpAfter = "10:00:00" }
        try await stage.emulator.fault(#"{"match":{"kind":"keys"},"times":null,"do":"status","status":503}"#)
        let text = #"{"action":"grant","location":"office","addresses":["8.8.8.1"],"durationSeconds":60}"#
        try stage.ground.drop(signed(text, try await stage.emulator.mint(Mint.valid)), as: "brief.json")
        try await stage.work(until: "a failure") { try await stage.count("keys") > 0 }
        stage.pass(.seconds(7_200))
        try await stage.emulator.clearFaults()
        try await stage.settle("brief.json", in: "SPOOL004")
    }

    @Test("what was accepted is remembered by its hash alone")
    func record() async throws {
        let stage = try await ready()
        let token = try await stage.emulator.mint(Mint.valid)
        for number in 0..<3 {
            try stage.ground.drop(signed(grant(["8.8.8.\(number)"]), token), as: "a-\(number).json")
            try await stage.settle("a-\(number).json", in: "done")
        }
        #expect(try stage.ground.askLedger("SELECT length(hash) FROM proof") == [32, 32, 32])
    }
}
