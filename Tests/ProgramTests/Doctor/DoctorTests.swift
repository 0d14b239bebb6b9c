import Foundation
import Kit
import Testing

@testable import knocknoc_entra

/// One line of the doctor's `--json`.
struct DoctorFinding: Decodable {
    var check: String
    var subject: String?
    var verdict: String
    var code: String?
    var seen: String
    var `do`: String?
}

/// All that one run of the doctor said.
struct DoctorReport: Decodable {
    var findings: [DoctorFinding]

    subscript(_ check: String, of subject: String? = nil) -> DoctorFinding? {
        findings.first { $0.check == check && (subject == nil || $0.subject == subject) }
    }

    /// The names of what failed, once each.
    var failed: [String] {
        findings.filter { $0.verdict == "failed" }.map(\.check).reduce(into: []) {
            if !$0.contains($1) { $0.append($1) }
        }
    }
}

extension Playground {
    /// Runs the doctor; the process's environment has no proxy.
    func doctor(_ more: String...) throws -> (status: Int32, report: DoctorReport) {
        let (status, output) = try run(["doctor", "--json"] + more, environment: Self.noProxy)
        let start = try #require(output.firstIndex(of: "{"), "\(output)")
        let end = try #require(output.lastIndex(of: "}"), "\(output)")
        return (status, try JSONDecoder().decode(DoctorReport.self, from: Data(output[start...end].utf8)))
    }

    static let noProxy = ["https_proxy": "", "HTTPS_PROXY": "", "ALL_PROXY": "", "all_proxy": ""]

    /// Only the office, so that nothing else can fail.
    func configure(onlyOffice emulator: EmulatorProgram, _ change: (inout Options) -> Void = { _ in }) throws {
        var options = Options(emulator)
        options.locations = "office: { id: \"\(EmulatorProgram.office)\" },"
        change(&options)
        try configure(options)
        if !FileManager.default.fileExists(atPath: spool.path) { #expect(try run("init").status == 0) }
    }
}

@Suite(.timeLimit(.minutes(2)), .ownThread) struct DoctorTests {
    @Test("every check has its heading in the docs, and every heading its check")
    func anchors() throws {
        let page = try String(
            contentsOf: URL(fileURLWithPath: #filePath + "/../../../../contrib/docs/doctor.md").standardized,
            encoding: .utf8)
        let headings = page.split(separator: "\n").filter { $0.hasPrefix("### ") }.map { String($0.dropFirst(4)) }
        #expect(headings == Step.allCases.flatMap(\.checks).map(\.rawValue))
        #expect(headings.count >= 40)
        let steps = page.split(separator: "\n").filter { $0.hasPrefix("## ") }.map { String($0.dropFirst(3)) }
        #expect(steps == Step.allCases.map(\.rawValue))
    }

    @Test("a sound installation has no failure, and nothing of it is changed")
    func sound() async throws {
        let (ground, emulator) = try Playground.configured()
        try ground.configure(onlyOffice: emulator)
        let (status, report) = try ground.doctor()
        #expect(status == 0)
        #expect(report.failed == [])
        #expect(Set(report.findings.map(\.check)) == Set(Check.allCases.map(\.rawValue)))
        for check in ["credential-accepted", "role-write", "location-found", "location-first-start", "clock", "tcp"] {
            #expect(report[check]?.verdict == "ok", "\(check)")
        }
        #expect(report["spool-worker"]?.verdict == "warning")
        #expect(report["policy-refers"]?.verdict == "warning")
        let kinds = try await emulator.log().map(\.kind)
        #expect(kinds == ["token", "get", "policies"])
        #expect(FileManager.default.subpaths(atPath: ground.spool.path)?.contains { $0.contains("probe") } == false)
    }

    @Test("with a worker at work it says so, and does not disturb it")
    func besideWorker() throws {
        let (ground, emulator) = try Playground.configured()
        try ground.configure(onlyOffice: emulator)
        try ground.start()
        let grant = #"{"action":"grant","location":"office","addresses":["198.51.100.7"]}"#
        ground.expect(try ground.drop(grant), toEndIn: "done")
        let (status, report) = try ground.doctor()
        #expect(status == 0)
        #expect(report["spool-worker"]?.verdict == "ok")
        #expect(report["worker-alive"]?.verdict == "ok")
        #expect(report["worker-troubles"]?.verdict == "ok")
        #expect(report["location-first-start"]?.verdict == "skipped")
        #expect(report["location-matches"]?.verdict == "ok")
        ground.expect(try ground.drop(grant), toEndIn: "done")
    }

    @Test("check --online takes the same steps")
    func online() throws {
        let (ground, emulator) = try Playground.configured()
        try ground.configure(onlyOffice: emulator)
        let (status, output) = try ground.run("check", "--online", environment: Playground.noProxy)
        #expect(status == 0)
        for step in Step.allCases { #expect(output.contains("\(step.rawValue)\n")) }
        #expect(output.contains("  ok       location-found [office]: "))
        #expect(try ground.run("check", "--online", "--bundle", "x").status == 64)
    }

    @Test("all mistakes of a configuration are failures, and the status is 64")
    func mistakes() throws {
        let ground = try Playground(.init(graph: "http://127.0.0.1:1"))
        let file = ground.folder.appendingPathComponent("config.json5")
        let text = try String(contentsOf: file, encoding: .utf8)
            .replacingOccurrences(of: "spool: ", with: "spol: ").replacingOccurrences(
                of: "batch: {", with: "batch: { x: 1,")
        try Data(text.utf8).write(to: file)
        let (status, report) = try ground.doctor()
        #expect(status == 64)
        #expect(report.failed == ["configuration-valid"])
        #expect(report.findings.count { $0.check == "configuration-valid" } == 3)
        #expect(report["dns"]?.seen.contains("configuration has mistakes") ?? false)
        #expect(try ground.run("doctor", "--loud").status == 64)
        #expect(try ground.run("doctor", "office").status == 64)
    }
}
