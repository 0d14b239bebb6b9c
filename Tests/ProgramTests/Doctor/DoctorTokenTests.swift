import Entra
import Foundation
import Grants
import Kit
import Testing

@testable import knocknoc_entra

@Suite(.timeLimit(.minutes(2)), .ownThread) struct DoctorTokenTests {
    private static let ours = #""Policy.ReadWrite.ConditionalAccess","Policy.Read.All""#

    @Test("permissions beyond what is needed, and a missing one that only some tenants ask for, are told")
    func roles() async throws {
        let (ground, emulator) = try Playground.configured()
        try ground.configure(onlyOffice: emulator)
        try await emulator.set(#"{"roles":["Policy.ReadWrite.ConditionalAccess","Directory.ReadWrite.All"]}"#)
        let (status, report) = try ground.doctor()
        #expect(status == 0)
        #expect(report["roles-excess"]?.verdict == "warning")
        #expect(report["roles-excess"]?.seen.hasPrefix("Directory.ReadWrite.All is more") ?? false)
        #expect(report["role-read"]?.verdict == "warning")
        #expect(report["role-read"]?.code == "ENTRA002")
    }

    @Test("where requests carry tokens, Entra's keys and the permission to look up groups are looked at")
    func authentication() async throws {
        let (ground, emulator) = try Playground.configured()
        try ground.configure(onlyOffice: emulator) {
            $0.locations = """
                office: { id: "\(EmulatorProgram.office)",
                          authorizedGroups: ["eeeeeeee-0000-4000-8000-000000000001"] },
                """
            $0.more = """
                entraAuthentication: {
                  enabled: true,
                  metadataAddress: "\(emulator.address)/\(EmulatorProgram.tenant)/v2.0/.well-known/openid-configuration" },
                """
        }
        let (status, report) = try ground.doctor()
        #expect(status == 0, "\(report.failed)")
        #expect(report["keys-metadata"]?.verdict == "ok")
        #expect(report["keys-usable"]?.verdict == "ok")
        #expect(report["roles-groups"]?.verdict == "warning")
        try await emulator.set(#"{"roles":[\#(Self.ours),"User.Read.All","GroupMember.Read.All"]}"#)
        #expect(try ground.doctor().report["roles-groups"]?.verdict == "ok")
        for (kind, check) in [("discovery", "keys-metadata"), ("keys", "keys-usable")] {
            try await emulator.clearFaults()
            try await emulator.fault(#"{"match":{"kind":"\#(kind)"},"times":null,"do":"html"}"#)
            let (status, report) = try ground.doctor()
            #expect(status == 1)
            #expect(report.failed == [check])
            #expect(report[check]?.code == "ENTRA054")
        }
    }

    @Test("a token for another tenant, application or Graph is told, and one that nobody can read is no failure")
    func foreign() throws {
        let (ground, emulator) = try Playground.configured()
        try ground.configure(onlyOffice: emulator)
        let settings = try Settings.read(
            ground.folder.appendingPathComponent("config.json5").path, now: Timestamp(seconds: 1_795_000_000)
        ).settings
        func look(_ claims: String) -> [String: Finding.Grade] {
            let token = "e30." + Base64URL.encode(Array(claims.utf8)) + ".e30"
            let findings = Findings()
            TokenClaimsStep(findings: findings, settings: settings).run(
                AccessToken(Secret(token), receivedAt: .now, lifetime: .seconds(60)))
            return Dictionary(findings.all.map { ($0.check.rawValue, $0.verdict) }) { first, _ in first }
        }
        let other = "99999999-9999-4999-8999-999999999999"
        let strange = look(#"{"tid":"\#(other)","appid":"\#(other)","aud":"x","scp":"User.Read"}"#)
        #expect(strange["token-tenant"] == .warning)
        #expect(strange["token-application"] == .warning)
        #expect(strange["roles-present"] == .failed)
        let own = look(
            #"{"tid":"\#(EmulatorProgram.tenant)","azp":"\#(EmulatorProgram.client)","roles":[\#(Self.ours)]}"#)
        #expect(own["token-tenant"] == .ok)
        #expect(own["token-application"] == .ok)
        #expect(own["token-audience"] == .skipped)
        #expect(own["role-write"] == .ok)
        #expect(look("[]")["token-readable"] == .warning)
        #expect(look("nonsense")["token-readable"] == .warning)
    }
}
