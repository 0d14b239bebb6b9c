import Foundation
import Kit
import Testing

@Suite(.timeLimit(.minutes(2)), .ownThread) struct DoctorLocationTests {
    @Test("a list that somebody has changed is held against the ledger")
    func drift() async throws {
        let (ground, emulator) = try Playground.configured()
        try ground.configure(onlyOffice: emulator)
        try ground.start()
        ground.expect(
            try ground.drop(#"{"action":"grant","location":"office","addresses":["8.8.8.8","8.8.4.4"]}"#),
            toEndIn: "done")
        #expect(try ground.doctor().report["location-matches"]?.verdict == "ok")
        try await emulator.put(EmulatorProgram.office, ranges: ["8.8.8.8/32", "9.9.9.9/32", "9.9.9.10/32"])
        let (status, report) = try ground.doctor()
        #expect(status == 0)
        #expect(report["location-matches"]?.verdict == "warning")
        #expect(report["location-matches"]?.seen == "2 ranges too many and 1 too few, against the ledger")
    }

    @Test("another id under the name of a location that was written before is a failure")
    func otherId() throws {
        let (ground, emulator) = try Playground.configured()
        try ground.configure(onlyOffice: emulator)
        try ground.start()
        ground.expect(
            try ground.drop(#"{"action":"grant","location":"office","addresses":["8.8.8.8"]}"#), toEndIn: "done")
        try ground.configure(onlyOffice: emulator) {
            $0.locations = "office: { id: \"\(EmulatorProgram.lab)\" },"
        }
        let (status, report) = try ground.doctor()
        #expect(status == 1)
        #expect(report.failed == ["location-matches"])
        #expect(report["location-matches"]?.seen.contains(EmulatorProgram.office) ?? false)
    }

    @Test("ranges from one address to another are told, and cannot be kept")
    func oldForms() async throws {
        let ground = try Playground()
        let seed = ground.folder.appendingPathComponent("seed.json")
        let range = ##"{"@odata.type":"#microsoft.graph.iPv4Range","lowerAddress":"9.9.9.1","upperAddress":"9.9.9.9"}"##
        try Data(
            #"{"locations":[{"id":"\#(EmulatorProgram.office)","displayName":"Office","ranges":[\#(range)]}]}"#.utf8
        ).write(to: seed)
        let emulator = try EmulatorProgram(["--seed", seed.path])
        try ground.configure(onlyOffice: emulator) {
            $0.locations = "office: { id: \"\(EmulatorProgram.office)\", firstStart: \"adopt\" },"
        }
        let report = try ground.doctor().report
        #expect(report["location-forms"]?.verdict == "warning")
        #expect(report["location-forms"]?.seen.contains("9.9.9.1-9.9.9.9") ?? false)
        #expect(report.failed == ["location-first-start"])
    }

    @Test("a 404 that does not last is no failure")
    func strayNotFound() async throws {
        let (ground, emulator) = try Playground.configured()
        try await emulator.fault(#"{"match":{"kind":"get"},"times":1,"do":"status","status":404}"#)
        try ground.configure(onlyOffice: emulator)
        let (status, report) = try ground.doctor()
        #expect(status == 0)
        #expect(report["location-found"]?.verdict == "ok")
    }
}
