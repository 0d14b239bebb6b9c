import Foundation
import Grants
import Kit
import Testing

@testable import knocknoc_entra

@Suite(.timeLimit(.minutes(3)), .ownThread) struct DoctorNetworkTests {
    @Test("a name that does not resolve, a port that nobody serves, a server that never speaks TLS")
    func unreachable() throws {
        let silent = try BrokenServer(.silent)
        let table = [
            ("https://graph.example.invalid", "dns", "ENTRA000"), ("https://127.0.0.1:1", "tcp", "ENTRA000"),
            ("https://127.0.0.1:\(silent.port)", "tls", "ENTRA004"),
        ]
        for (address, check, code) in table {
            let ground = try Playground()
            try ground.configureHTTPS(address, #"connectTimeout: "00:00:01","#)
            let (status, report) = try ground.doctor()
            #expect(status == 1)
            #expect(report.failed == [check], "\(address)")
            #expect(report[check]?.code == code)
            #expect(report["token-answer"]?.verdict == "skipped")
        }
        withExtendedLifetime(silent) {}
    }

    @Test(
        "a proxy that does not let us through is the proxy's fault",
        arguments: [BrokenServer.Manner.proxyLogin, .proxyForbids])
    func proxy(_ manner: BrokenServer.Manner) throws {
        let server = try BrokenServer(manner)
        let ground = try Playground()
        try ground.configureHTTPS(
            "https://graph.example.invalid", #"proxy: "http://user:hidden@127.0.0.1:\#(server.port)","#)
        let (status, output) = try ground.run("doctor", environment: Playground.noProxy)
        #expect(status == 1)
        #expect(output.contains("failed   network-proxy [graph.example.invalid]: ENTRA000"), "\(output)")
        #expect(!output.contains("hidden"))
        withExtendedLifetime(server) {}
    }

    @Test("a certificate that nobody vouches for: the one who signed it is named, and called an intercepting proxy")
    func intercepted() throws {
        let ground = try Playground()
        let emulator = try ground.behindInspection()
        try ground.configure(onlyOffice: emulator)
        let (status, report) = try ground.doctor()
        #expect(status == 1)
        #expect(report.failed == ["tls", "tls-issuer"])
        #expect(report["tls"]?.code == "ENTRA003")
        let issuer = try #require(report["tls-issuer"])
        #expect(issuer.seen.contains("ACME TLS Inspection CA"), "\(issuer.seen)")
        #expect(issuer.seen.contains("an intercepting proxy"))
        #expect(report["clock"]?.verdict == "skipped")
    }

    @Test("an intercepting proxy whose CA is trusted works, and is named all the same")
    func trustedInterception() throws {
        let ground = try Playground()
        let emulator = try ground.behindInspection()
        try ground.configure(onlyOffice: emulator)
        try ground.configure(onlyOffice: emulator) { $0.entra = #"caFile: "ca.pem","# }
        let (status, report) = try ground.doctor()
        #expect(status == 0)
        #expect(report["tls"]?.verdict == "ok")
        #expect(report["tls-issuer"]?.verdict == "warning")
        #expect(report["tls-issuer"]?.seen.contains("ACME TLS Inspection CA") ?? false)
        #expect(report["location-found"]?.verdict == "ok")
    }

    @Test(
        "Microsoft's CAs are known by their organisation",
        arguments: [
            ("C = US, O = Microsoft Corporation, CN = Microsoft Azure RSA TLS Issuing CA 04", true),
            ("C = US, O = DigiCert Inc, CN = DigiCert SHA2 Secure Server CA", true),
            ("C = US, O = \"DigiCert, Inc.\", CN = DigiCert Global G2", true),
            ("C = US, O = Zscaler Inc., CN = Zscaler Intermediate Root CA", false),
            ("O = Lab, CN = Microsoft Corporation", false), ("", false),
        ])
    func issuers(issuer: String, isMicrosofts: Bool) {
        #expect(CertificateStep.isMicrosofts(issuer) == isMicrosofts)
    }

    @Test(
        "a clock is right within seconds, and wrong beyond a minute",
        arguments: [
            ([0], "ok"), ([5], "ok"), ([-5], "ok"), ([6], "warning"), ([-60], "warning"), ([61], "failed"),
            ([-3_600], "failed"), ([70, 3], "ok"), ([], "skipped"),
        ])
    func clock(seconds: [Int], verdict: String) {
        let findings = Findings()
        ClockStep(findings: findings).run(seconds.map { .seconds($0) })
        #expect(findings.all.map(\.verdict.rawValue) == [verdict])
        #expect(findings.all.first?.code == (verdict == "failed" ? .entra003 : nil))
    }

    @Test("a caFile without a certificate is named")
    func emptyBundle() throws {
        let ground = try Playground()
        try Data("not a certificate\n".utf8).write(to: ground.folder.appendingPathComponent("ca.pem"))
        let emulator = try EmulatorProgram()
        try ground.configure(onlyOffice: emulator)
        try ground.configure(onlyOffice: emulator) { $0.entra = #"caFile: "ca.pem","# }
        #expect(try ground.doctor().report["ca-bundle"]?.code == "ENTRA003")
    }
}

extension Playground {
    /// Nothing but the way is looked at here.
    fileprivate func configureHTTPS(_ address: String, _ entra: String) throws {
        var options = Options(graph: address)
        options.entra = entra
        options.locations = "office: { id: \"\(EmulatorProgram.office)\" },"
        try configure(options)
        // It holds a secret, and names no emulator.
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: folder.appendingPathComponent("config.json5").path)
        #expect(try run("init").status == 0)
    }

    /// An emulator whose certificate a CA of a company's own has signed, `ca.pem`.
    fileprivate func behindInspection() throws -> EmulatorProgram {
        let folder = folder.path
        try openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
            "/O=ACME Corp/CN=ACME TLS Inspection CA", "-days", "2", "-keyout", folder + "/ca.key", "-out",
            folder + "/ca.pem",
        ])
        try openssl([
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
            "/CN=graph.microsoft.com", "-keyout", folder + "/tls.key", "-out", folder + "/tls.csr",
        ])
        try Data("subjectAltName=IP:127.0.0.1\n".utf8).write(to: URL(fileURLWithPath: folder + "/tls.ext"))
        try openssl([
            "x509", "-req", "-in", folder + "/tls.csr", "-CA", folder + "/ca.pem", "-CAkey", folder + "/ca.key",
            "-CAcreateserial", "-days", "2", "-extfile", folder + "/tls.ext", "-out", folder + "/tls.pem",
        ])
        return try EmulatorProgram(["--tls-cert", folder + "/tls.pem", "--tls-key", folder + "/tls.key"])
    }

    private func openssl(_ arguments: [String]) throws {
        #expect(try Program.run("/usr/bin/openssl", arguments).status == 0)
    }
}
