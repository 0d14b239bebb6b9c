import Foundation
import Kit
import Testing

@Suite(.timeLimit(.minutes(2)), .ownThread) struct DoctorPolicyTests {
    @Test(
        "the policies that refer to a location are named with their state; one that is on is enough",
        arguments: [
            (["enabled"], "excludeLocations", "ok", "\"P0\" excludes it and is on"),
            (
                ["enabledForReportingButNotEnforced"], "includeLocations", "warning",
                "\"P0\" includes it and is report-only"
            ),
            (["disabled"], "excludeLocations", "warning", "is off"),
            (["disabled", "enabled"], "excludeLocations", "ok", "\"P1\" excludes it and is on"),
        ])
    func states(states: [String], side: String, verdict: String, says: String) async throws {
        let (ground, emulator) = try Playground.configured()
        let list = states.enumerated().map { Self.policy($0.offset, $0.element, side, EmulatorProgram.office) }
        try await emulator.set(#"{"policies":[\#(list.joined(separator: ","))]}"#)
        try ground.configure(onlyOffice: emulator)
        let (status, report) = try ground.doctor()
        #expect(status == 0)
        #expect(report["policy-refers", of: "office"]?.verdict == "ok")
        #expect(report["policy-refers", of: "office"]?.seen.contains(says) ?? false)
        #expect(report["policy-enforced", of: "office"]?.verdict == verdict)
    }

    @Test("a trusted location counts in a policy that names all trusted ones", arguments: [true, false])
    func allTrusted(isTrusted: Bool) async throws {
        let ground = try Playground()
        let seed = ground.folder.appendingPathComponent("seed.json")
        let location =
            #"{"id":"\#(EmulatorProgram.office)","displayName":"Office","isTrusted":\#(isTrusted),"ranges":["192.0.2.0/32"]}"#
        try Data(
            #"{"locations":[\#(location)],"policies":[\#(Self.policy(0, "enabled", "excludeLocations", "AllTrusted"))]}"#
                .utf8
        ).write(to: seed)
        let emulator = try EmulatorProgram(["--seed", seed.path])
        try ground.configure(onlyOffice: emulator)
        let report = try ground.doctor().report
        #expect(report["policy-refers", of: "office"]?.verdict == (isTrusted ? "ok" : "warning"))
        #expect(report["policy-ranges"]?.seen.hasPrefix("\(isTrusted ? 1 : 0) ranges") ?? false)
    }

    @Test("not being permitted to read policies is said, and nothing has failed")
    func notPermitted() async throws {
        let (ground, emulator) = try Playground.configured()
        try await emulator.fault(#"{"match":{"kind":"policies"},"times":null,"do":"status","status":403}"#)
        try ground.configure(onlyOffice: emulator)
        let (status, report) = try ground.doctor()
        #expect(status == 0)
        #expect(report["policies-readable"]?.verdict == "skipped")
        #expect(report["policies-readable"]?.seen.contains("not permitted") ?? false)
        #expect(report["policy-refers"]?.verdict == "skipped")
    }

    @Test("the ranges of all locations in policies are added up, page by page, against 5,000", arguments: [2, 3])
    func sum(full: Int) async throws {
        let (ground, emulator) = try Playground.configured()
        let others = (0..<full).map { "bbbbbbbb-0000-4000-8000-00000000000\($0)" }
        for id in others { try await emulator.put(id, ranges: (0..<2_000).map { "10.0.\($0 / 256).\($0 % 256)/32" }) }
        let policies = others.enumerated().map { Self.policy($0.offset, "enabled", "includeLocations", $0.element) }
        // One that is off, or names a location twice, adds nothing.
        let more = [Self.policy(8, "enabled", "excludeLocations", others[0])]
        try await emulator.set(#"{"pageSize":2,"policies":[\#((policies + more).joined(separator: ","))]}"#)
        try ground.configure(onlyOffice: emulator)
        let (status, report) = try ground.doctor()
        #expect(status == 0)
        #expect(report["policy-ranges"]?.verdict == (full == 3 ? "warning" : "ok"))
        #expect(report["policy-ranges"]?.seen.hasPrefix("\(full * 2_000) ranges") ?? false)
    }

    private static func policy(_ number: Int, _ state: String, _ side: String, _ location: String) -> String {
        #"{"id":"p\#(number)","displayName":"P\#(number)","state":"\#(state)","conditions":{"locations":{"\#(side)":["\#(location)"]}}}"#
    }
}
