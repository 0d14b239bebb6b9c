import Foundation
import Kit
import Testing

@Suite(.timeLimit(.minutes(2)), .ownThread) struct FirstStartTests {
    /// Ranges of somebody else.
    private static let foreign = Set((0..<300).map { "8.8.\($0 / 250).\($0 % 250 + 1)/32" })
    private static let grant = #"{"action":"grant","location":"office","addresses":["203.0.113.1"]}"#

    @Test("a location with somebody else's ranges is not touched, and every note says what to do")
    func guarded() async throws {
        let (ground, emulator) = try await ready()
        let names = try (0..<3).map { _ in try ground.drop(Self.grant) }
        for name in names {
            ground.expect(name, toEndIn: "ENTRA051")
            #expect(ground.why(name).contains("knocknoc-entra adopt office --replace"))
        }
        #expect(try await emulator.ranges(EmulatorProgram.office) == Self.foreign)
        #expect(try await emulator.counts().patch == 0)
        let found = try String(contentsOf: ground.spool.appendingPathComponent("ledger/office.found"), encoding: .utf8)
        #expect(Set(found.split(separator: "\n").map(String.init)) == Self.foreign)
    }

    @Test(
        "each decision does what it says",
        arguments: [
            (["--replace"], Set(["203.0.113.1/32"]), Set(["203.0.113.1/32"])),
            (["--pin"], foreign.union(["203.0.113.1/32"]), foreign.union(["203.0.113.1/32"])),
            (["--for", "3s"], foreign.union(["203.0.113.1/32"]), Set(["203.0.113.1/32"])),
        ])
    func decided(decision: [String], first: Set<String>, last: Set<String>) async throws {
        let (ground, emulator) = try await ready()
        ground.expect(try ground.drop(Self.grant), toEndIn: "ENTRA051")
        let (status, output) = try ground.run(["adopt", "office"] + decision)
        #expect(status == 0, "\(output)")
        ground.expect(try ground.drop(Self.grant), toEndIn: "done")
        let lists = try await emulator.log().compactMap(\.ranges).map(Set.init)
        #expect(lists.first == first)
        try await emulator.expect(EmulatorProgram.office, toHold: last)
        // It holds over a restart, too.
        #expect(ground.worker?.stop() == 0)
        try ground.start()
        ground.expect(try ground.drop(#"{"action":"flush","location":"office"}"#), toEndIn: "done")
        try await emulator.expect(
            EmulatorProgram.office, toHold: decision == ["--pin"] ? Self.foreign : ["192.0.2.0/32"])
    }

    @Test("what --pin has kept is given up with --replace; anything else has nothing to decide any more")
    func unpinned() async throws {
        let (ground, emulator) = try await ready()
        #expect(try ground.run("adopt", "office", "--pin").status == 0)
        ground.expect(try ground.drop(Self.grant), toEndIn: "done")
        let again = try ground.run("adopt", "office", "--for", "8h")
        #expect(again.status == 64 && again.output.contains("--replace gives up the ranges that --pin has kept"))
        let given = try ground.run("adopt", "office", "--replace")
        #expect(given.status == 0 && given.output.contains("300 ranges"))
        ground.worker?.signal(SIGHUP)
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.1/32"])
        try await reached("the journal tells") {
            try ground.journal().contains(/"event":"left".*"8.8.1.50\/32","cause":"unpinned"/)
        }
        #expect(try ground.run("adopt", "office", "--replace").output.contains("nothing to decide"))
        #expect(ground.worker?.stop() == 0)
        try ground.start()
        let before = ground.log.split(separator: "event=location.adopted").count
        try await reached("it has started again") { ground.log.split(separator: "event=started").count >= 4 }
        #expect(ground.log.split(separator: "event=location.adopted").count == before)
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["203.0.113.1/32"])
    }

    @Test("forget names the ledgers that there are, and leaves nothing behind")
    func forgotten() async throws {
        let (ground, emulator) = try await ready()
        #expect(try ground.run("adopt", "office", "--replace").status == 0)
        ground.expect(try ground.drop(Self.grant), toEndIn: "done")
        #expect(ground.worker?.stop() == 0)
        var options = Playground.Options(emulator)
        options.locations = #"lab: { id: "\#(EmulatorProgram.lab)" }"#
        try ground.configure(options)
        try ground.start()
        try await reached("it is reported") { ground.log.contains("event=location.draining location=office") }
        let unknown = try ground.run("forget", "offices")
        #expect(
            unknown.status == 64 && unknown.output.contains("no ledger of offices")
                && unknown.output.contains("office"))
        let told = try ground.run("forget", "office")
        #expect(told.status == 0 && told.output.contains("stays there: 1 lease"))
        let left = try FileManager.default.contentsOfDirectory(atPath: ground.spool.path + "/ledger")
        #expect(!left.contains { $0.hasPrefix("office") }, "\(left)")
        // The worker that drains it hears of it, and does not bring it back.
        try await reached("the worker knows") { ground.log.contains("event=location.drained") }
        #expect(ground.log.contains("forgotten by hand"))
        ground.expect(try ground.drop(#"{"action":"flush","location":"office"}"#), toEndIn: "SPOOL003")
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["203.0.113.1/32"])
        #expect(try ground.askLedger("SELECT count(*) FROM location WHERE name = 'office'") == [0])
    }

    @Test("a location that left the configuration takes nobody in, and goes on until nobody is left")
    func draining() async throws {
        let (ground, emulator) = try await ready(#"firstStart: "replace""#)
        let end = timestamp(Date(timeIntervalSinceNow: 8))
        let brief = #"{"action":"grant","location":"office","addresses":["203.0.113.1"],"expiresAt":"\#(end)"}"#
        ground.expect(try ground.drop(brief), toEndIn: "done")
        ground.expect(try ground.drop(Self.user("bob", "203.0.113.2")), toEndIn: "done")
        ground.expect(try ground.drop(Self.user("ann", "203.0.113.3")), toEndIn: "done")
        var options = Playground.Options(emulator)
        options.locations = #"lab: { id: "\#(EmulatorProgram.lab)" }"#
        try ground.configure(options)
        ground.worker?.signal(SIGHUP)
        try await reached("it drains") { ground.log.contains("event=location.draining location=office") }
        ground.expect(try ground.drop(Self.user("carol", "203.0.113.4")), toEndIn: "SPOOL003")
        #expect(try ground.run("leases").output.contains("ann"))
        ground.expect(try ground.drop(#"{"action":"revoke","location":"office","user":"bob"}"#), toEndIn: "done")
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.3/32"])
        #expect(ground.worker?.stop() == 0)
        try ground.start()
        ground.expect(try ground.drop(#"{"action":"flush","location":"office"}"#), toEndIn: "done")
        try await emulator.expect(EmulatorProgram.office, toHold: ["192.0.2.0/32"])
        try await reached("it is dropped") { ground.log.contains("event=location.drained location=office") }
        #expect(try ground.askLedger("SELECT count(*) FROM location WHERE name = 'office'") == [0])
    }

    private static func user(_ name: String, _ address: String) -> String {
        #"{"action":"grant","location":"office","addresses":["\#(address)"],"user":"\#(name)"}"#
    }

    @Test(
        "the configuration decides beforehand",
        arguments: [("replace", Set(["203.0.113.1/32"])), ("adopt", foreign.union(["203.0.113.1/32"]))])
    func configured(word: String, list: Set<String>) async throws {
        let (ground, emulator) = try await ready(#"firstStart: "\#(word)""#)
        ground.expect(try ground.drop(Self.grant), toEndIn: "done")
        #expect(try await emulator.ranges(EmulatorProgram.office) == list)
        #expect(try ground.journal().contains(#""event":"adopted""#))
    }

    @Test("ranges that are no networks can be replaced, and not kept")
    func otherForms() async throws {
        let (ground, emulator) = try await ready()
        try await emulator.put(EmulatorProgram.office, ranges: ["8.8.8.8-8.8.8.11"])
        #expect(try ground.run("adopt", "office", "--pin").status == 0)
        let name = try ground.drop(Self.grant)
        ground.expect(name, toEndIn: "ENTRA051")
        #expect(ground.why(name).contains("from one address to another"))
        #expect(try ground.run("adopt", "office", "--replace").status == 0)
        ground.expect(try ground.drop(Self.grant), toEndIn: "done")
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["203.0.113.1/32"])
    }

    @Test("nothing but placeholders of guides is replaced without ado")
    func placeholders() async throws {
        let (ground, emulator) = try await ready()
        try await emulator.put(EmulatorProgram.office, ranges: ["198.51.100.0/24", "2001:db8::/32", "203.0.113.77/32"])
        ground.expect(try ground.drop(Self.grant), toEndIn: "done")
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["203.0.113.1/32"])
    }

    @Test("where a name gets another id, the former one drains: a flush by that name empties it")
    func otherId() async throws {
        let (ground, emulator) = try await ready(#"firstStart: "replace""#)
        ground.expect(try ground.drop(Self.grant), toEndIn: "done")
        ground.expect(try ground.drop(Self.user("bob", "203.0.113.2")), toEndIn: "done")
        var options = Playground.Options(emulator)
        options.locations = #"office: { id: "\#(EmulatorProgram.lab)", firstStart: "replace" }"#
        try ground.configure(options)
        ground.worker?.signal(SIGHUP)
        try await reached("it drains") {
            ground.log.contains("event=location.draining location=\(EmulatorProgram.office)")
        }
        ground.expect(try ground.drop(Self.user("carol", "203.0.113.4")), toEndIn: "done")
        try await emulator.expect(EmulatorProgram.lab, toHold: ["203.0.113.4/32"])
        ground.expect(try ground.drop(#"{"action":"revoke","location":"office","user":"bob"}"#), toEndIn: "done")
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.1/32"])
        ground.expect(try ground.drop(#"{"action":"flush","location":"office"}"#), toEndIn: "done")
        try await emulator.expect(EmulatorProgram.office, toHold: ["192.0.2.0/32"])
        try await emulator.expect(EmulatorProgram.lab, toHold: ["192.0.2.0/32"])
        try await reached("it is dropped") { ground.log.contains("event=location.drained") }
    }

    @Test("pinned ranges come and go with a reload")
    func pinned() async throws {
        let (ground, emulator) = try await ready(#"firstStart: "replace", pinnedRanges: ["198.51.100.0/24"]"#)
        ground.expect(try ground.drop(Self.grant), toEndIn: "done")
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["198.51.100.0/24", "203.0.113.1/32"])
        var options = Playground.Options(emulator)
        options.locations = #"office: { id: "\#(EmulatorProgram.office)", sentinelRange: "192.0.2.9/32" }"#
        try ground.configure(options)
        ground.worker?.signal(SIGHUP)
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.1/32"])
        ground.expect(try ground.drop(#"{"action":"flush","location":"office"}"#), toEndIn: "done")
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["192.0.2.9/32"])
        #expect(!ground.log.contains("unexplained"))
    }

    @Test("a lost ledger is met in the same way")
    func lostLedger() async throws {
        let (ground, emulator) = try Playground.started()
        let own = #"{"action":"grant","location":"office","addresses":["8.8.8.8"]}"#
        ground.expect(try ground.drop(own), toEndIn: "done")
        ground.worker?.kill()
        try FileManager.default.removeItem(at: ground.spool.appendingPathComponent("ledger/ledger.sqlite"))
        try ground.start()
        ground.expect(try ground.drop(Self.grant), toEndIn: "ENTRA051")
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["8.8.8.8/32"])
    }

    @Test("a decision that cannot be is refused with the right words")
    func mistakes() throws {
        let ground = try Playground(.init(graph: "http://127.0.0.1:1"))
        #expect(try ground.run(["adopt", "ofice", "--pin"]).output.contains("did you mean office"))
        #expect(try ground.run(["adopt", "office"]).status == 64)
        #expect(try ground.run(["adopt", "office", "--for", "soon"]).output.contains("8h"))
        #expect(try ground.run(["forget", "office"]).output.contains("still configured"))
    }

    private func ready(_ keys: String = "") async throws -> (Playground, EmulatorProgram) {
        let (ground, emulator) = try Playground.configured()
        try await emulator.put(EmulatorProgram.office, ranges: Self.foreign.sorted())
        var options = Playground.Options(emulator)
        if !keys.isEmpty { options.locations = #"office: { id: "\#(EmulatorProgram.office)", \#(keys) }"# }
        try ground.configure(options)
        try ground.start()
        ground.emulator = emulator
        return (ground, emulator)
    }
}
