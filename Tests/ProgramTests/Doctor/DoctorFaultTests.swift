import Foundation
import Kit
import Testing

@testable import knocknoc_entra

/// Something that is wrong in Entra or on the way, and the one check that has to say so.
struct Ailment: CustomTestStringConvertible, Sendable {
    let what: String
    var settings: String?
    var fault: String?
    var secret = EmulatorProgram.secret
    var location = EmulatorProgram.office
    let check: String
    let code: String
    var says = ""

    var testDescription: String { what }

    private static func status(_ kind: String, _ more: String) -> String {
        #"{"match":{"kind":"\#(kind)"},"times":null,"do":"status",\#(more)}"#
    }

    static let all = [
        Ailment(
            what: "a wrong secret", secret: "wrong", check: "credential-accepted", code: "ENTRA001", says: "7000215"),
        Ailment(
            what: "an expired secret", settings: #"{"secrets":[{"value":"emulator-only-secret","expired":true}]}"#,
            check: "credential-accepted", code: "ENTRA001", says: "expired"),
        Ailment(
            what: "a tenant that is not there",
            fault: status("token", #""status":400,"code":"invalid_request","aadsts":90002"#),
            check: "tenant-known", code: "ENTRA001", says: "no such tenant"),
        Ailment(
            what: "an application that is not there",
            fault: status("token", #""status":400,"code":"unauthorized_client","aadsts":700016"#),
            check: "application-known", code: "ENTRA001", says: "No application"),
        Ailment(
            what: "a disabled application", settings: #"{"disabled":true}"#, check: "application-known",
            code: "ENTRA001", says: "disabled"),
        Ailment(
            what: "a policy that blocks this host",
            fault: status("token", #""status":400,"code":"access_denied","aadsts":53003"#),
            check: "sign-in-allowed", code: "ENTRA001", says: "Conditional Access"),
        Ailment(
            what: "a captive portal", fault: #"{"match":{"kind":"token"},"times":null,"do":"html"}"#,
            check: "token-answer", code: "ENTRA054"),
        Ailment(
            what: "a faulty token endpoint", fault: status("token", #""status":503"#), check: "token-answer",
            code: "ENTRA000"),
        Ailment(
            what: "no consent", settings: #"{"roles":[]}"#, check: "roles-present", code: "ENTRA002", says: "Delegated"),
        Ailment(
            what: "a permission that only reads", settings: #"{"roles":["Policy.Read.All"]}"#, check: "role-write",
            code: "ENTRA002", says: "only reads"),
        Ailment(
            what: "reading refused", fault: status("get", #""status":403"#), check: "location-permitted",
            code: "ENTRA002"),
        Ailment(
            what: "a deleted location", location: EmulatorProgram.deleted, check: "location-found", code: "ENTRA052"),
        Ailment(
            what: "a location of countries", location: EmulatorProgram.countries, check: "location-type",
            code: "ENTRA053", says: "countryNamedLocation"),
        Ailment(
            what: "a fault at Graph", fault: status("get", #""status":500"#), check: "location-found",
            code: "ENTRA050"),
        Ailment(
            what: "an answer that is cut", fault: #"{"match":{"kind":"get"},"times":null,"do":"cut"}"#,
            check: "location-found", code: "ENTRA054"),
        Ailment(
            what: "throttling without end",
            fault: #"{"match":{"kind":"get"},"times":null,"do":"throttle","retryAfter":"seconds","seconds":1}"#,
            check: "throttled", code: "ENTRA005"),
    ]
}

@Suite(.timeLimit(.minutes(3)), .ownThread) struct DoctorFaultTests {
    @Test("the doctor names just what is wrong", arguments: Ailment.all)
    func named(_ ailment: Ailment) async throws {
        let (ground, emulator) = try Playground.configured()
        if let settings = ailment.settings { try await emulator.set(settings) }
        if let fault = ailment.fault { try await emulator.fault(fault) }
        try ground.configure(onlyOffice: emulator) { options in
            options.secret = ailment.secret
            options.locations = "office: { id: \"\(ailment.location)\" },"
        }
        let (status, report) = try ground.doctor()
        #expect(status == 1)
        #expect(report.failed == [ailment.check])
        let finding = try #require(report.findings.first { $0.verdict == "failed" })
        #expect(finding.code == ailment.code)
        #expect(ailment.says.isEmpty || finding.seen.contains(ailment.says), "\(finding.seen)")
        #expect(finding.do?.isEmpty == false)
    }

    @Test("a single 429 is waited out, and said")
    func throttledOnce() async throws {
        let (ground, emulator) = try Playground.configured()
        try await emulator.fault(
            #"{"match":{"kind":"get"},"times":1,"do":"throttle","retryAfter":"seconds","seconds":1}"#)
        try ground.configure(onlyOffice: emulator)
        let (status, report) = try ground.doctor()
        #expect(status == 0)
        #expect(report["throttled"]?.verdict == "warning")
        #expect(report["location-found"]?.verdict == "ok")
    }

    @Test("requests keep the pace of the configuration")
    func paced() async throws {
        let (ground, emulator) = try Playground.configured()
        try ground.configure(onlyOffice: emulator) { $0.requestsPerSecond = 2 }
        #expect(try ground.doctor().status == 0)
        let times = try await emulator.log().map(\.monotonic)
        for (earlier, later) in zip(times, times.dropFirst()) { #expect(later - earlier > 0.4) }
        #expect(times.count == 3)
    }

    @Test(
        "a list from before the first write: what firstStart would do with it",
        arguments: [("guard", "failed"), ("replace", "warning"), ("adopt", "ok")])
    func foreignRanges(firstStart: String, verdict: String) async throws {
        let (ground, emulator) = try Playground.configured()
        try await emulator.put(EmulatorProgram.office, ranges: ["9.9.9.0/24", "192.0.2.0/32"])
        try ground.configure(onlyOffice: emulator) {
            $0.locations = "office: { id: \"\(EmulatorProgram.office)\", firstStart: \"\(firstStart)\" },"
        }
        let (status, report) = try ground.doctor()
        #expect(status == (verdict == "failed" ? 1 : 0))
        #expect(report["location-first-start"]?.verdict == verdict)
        #expect(report["location-first-start"]?.seen.contains("9.9.9.0/24") ?? false)
        if verdict == "failed" {
            #expect(report["location-first-start"]?.code == "ENTRA051")
            #expect(try ground.run("adopt", "office", "--pin").status == 0)
            #expect(try ground.doctor().report["location-first-start"]?.verdict == "ok")
        }
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["9.9.9.0/24", "192.0.2.0/32"])
    }

    @Test("a location that is nearly full is told before it is full")
    func nearlyFull() async throws {
        let (ground, emulator) = try Playground.configured()
        try await emulator.put(EmulatorProgram.office, ranges: (0..<1_900).map { "198.51.100.\($0 % 256)/32" })
        try ground.configure(onlyOffice: emulator)
        let finding = try ground.doctor().report["location-ranges"]
        #expect(finding?.verdict == "warning")
        #expect(finding?.seen == "1900 of 2000 ranges")
    }
}
