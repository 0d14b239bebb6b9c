import Foundation
import Kit
import Testing

/// A way to bring a code about, and what has to be found beside the item.
struct Rehearsal: CustomTestStringConvertible, Sendable {
    let code: String
    let how: String
    var faults: [String] = []
    var settings: String?
    var location = "office"
    var entra = ""
    var secret = EmulatorProgram.secret
    /// Said in the `.why` beside title, code and remedy.
    let says: [String]

    var testDescription: String { "\(code), \(how)" }

    static let all = [
        Rehearsal(
            code: "ENTRA000", how: "the connection is reset before an answer",
            faults: [#"{"match":{"kind":"get"},"times":null,"do":"reset"}"#], says: ["reset"]),
        Rehearsal(
            code: "ENTRA000", how: "the token endpoint answers 503",
            faults: [#"{"match":{"kind":"token"},"times":null,"do":"status","status":503}"#], says: ["HTTP 503"]),
        Rehearsal(code: "ENTRA001", how: "a wrong secret", secret: "wrong", says: ["HTTP 401", "7000215"]),
        Rehearsal(
            code: "ENTRA001", how: "Graph refuses a fresh token",
            faults: [
                #"{"match":{"kind":"get"},"times":null,"do":"status","status":401,"code":"InvalidAuthenticationToken"}"#
            ], says: ["HTTP 401", "request id "]),
        Rehearsal(
            code: "ENTRA002", how: "the permission is missing", settings: #"{"roles":["User.Read.All"]}"#,
            says: ["HTTP 403", "request id ", "consent"]),
        Rehearsal(
            code: "ENTRA002", how: "reading is permitted, writing is not", settings: #"{"roles":["Policy.Read.All"]}"#,
            says: ["HTTP 403", "request id "]),
        Rehearsal(
            code: "ENTRA004", how: "Graph accepts and stays silent",
            faults: [#"{"match":{"kind":"get"},"times":null,"do":"stall","ms":60000}"#],
            entra: #"requestTimeout: "00:00:00.300","#, says: ["time"]),
        Rehearsal(
            code: "ENTRA005", how: "the token endpoint throttles",
            faults: [#"{"match":{"kind":"token"},"times":null,"do":"throttle"}"#], says: ["HTTP 429"]),
        Rehearsal(
            code: "ENTRA050", how: "reading ends in 500",
            faults: [
                #"{"match":{"kind":"get"},"times":null,"do":"status","status":500,"code":"Internal Server Error"}"#
            ], says: ["HTTP 500", "request id "]),
        Rehearsal(
            code: "ENTRA050", how: "reading ends in 400",
            faults: [#"{"match":{"kind":"get"},"times":null,"do":"status","status":400,"code":"BadRequest"}"#],
            says: ["HTTP 400", "request id "]),
        Rehearsal(
            code: "ENTRA051", how: "writing ends in 409",
            faults: [#"{"match":{"kind":"patch"},"times":null,"do":"status","status":409,"code":"Conflict"}"#],
            says: ["HTTP 409", "request id "]),
        Rehearsal(
            code: "ENTRA051", how: "writing ends in 500",
            faults: [
                #"{"match":{"kind":"patch"},"times":null,"do":"status","status":500,"code":"Internal Server Error"}"#
            ], says: ["HTTP 500", "request id "]),
        Rehearsal(
            code: "ENTRA052", how: "the location is deleted", location: "deleted", says: ["HTTP 404", "request id "]),
        Rehearsal(code: "ENTRA053", how: "a location of countries", location: "countries", says: ["country"]),
        Rehearsal(
            code: "ENTRA054", how: "a page for people", faults: [#"{"match":{"kind":"get"},"times":null,"do":"html"}"#],
            says: ["HTTP 200"]),
        Rehearsal(
            code: "ENTRA054", how: "a body cut half way",
            faults: [#"{"match":{"kind":"get"},"times":null,"do":"cut"}"#], says: ["What to do"]),
        Rehearsal(
            code: "ENTRA054", how: "a redirect", faults: [#"{"match":{"kind":"get"},"times":null,"do":"redirect"}"#],
            says: ["HTTP 302"]),
        Rehearsal(
            code: "ENTRA054", how: "the connection closed inside the headers",
            faults: [#"{"match":{"kind":"get"},"times":null,"do":"headersCut"}"#], says: ["What to do"]),
    ]
}

@Suite(.timeLimit(.minutes(2)), .ownThread) struct CodeTests {
    @Test(
        "every failure that Entra, Graph or the network can cause has its folder, its note and its log line",
        arguments: Rehearsal.all)
    func code(_ rehearsal: Rehearsal) async throws {
        let (ground, emulator) = try Playground.configured()
        if let settings = rehearsal.settings { try await emulator.set(settings) }
        for fault in rehearsal.faults { try await emulator.fault(fault) }
        var options = Playground.Options(emulator)
        options.entra = rehearsal.entra
        options.secret = rehearsal.secret
        try ground.configure(options)
        try ground.start()
        try expect(rehearsal.code, says: rehearsal.says, on: ground, location: rehearsal.location)
    }

    @Test("nobody listens: ENTRA000")
    func deadPort() throws {
        let ground = try Playground(.init(graph: "http://127.0.0.1:1"))
        try ground.start()
        try expect("ENTRA000", says: ["refused"], on: ground)
    }

    @Test("a certificate that nobody vouches for: ENTRA003")
    func untrustedCertificate() throws {
        let ground = try Playground()
        let certificate = try TestCertificate(in: ground.folder)
        let emulator = try EmulatorProgram(["--tls-cert", certificate.file.path, "--tls-key", certificate.key.path])
        try ground.configure(.init(emulator))
        try ground.start()
        try expect("ENTRA003", says: ["certificate"], on: ground)
    }

    @Test("the same certificate with caFile is trusted")
    func trustedCertificate() throws {
        let ground = try Playground()
        let certificate = try TestCertificate(in: ground.folder)
        let emulator = try EmulatorProgram(["--tls-cert", certificate.file.path, "--tls-key", certificate.key.path])
        var options = Playground.Options(emulator)
        options.entra = "caFile: \"\(certificate.file.path)\","
        try ground.configure(options)
        try ground.start()
        ground.expect(try ground.drop(grant("office")), toEndIn: "done")
    }

    private func expect(_ code: String, says: [String], on ground: Playground, location: String = "office") throws {
        let name = try ground.drop(grant(location))
        ground.expect(name, toEndIn: code)
        let why = ground.why(name)
        #expect(why.hasPrefix(code + "  "))
        #expect(why.contains("What to do:"))
        #expect(why.contains("Retry:"))
        for word in says { #expect(why.contains(word), "\(word) is missing in\n\(why)") }
        #expect(ground.log.contains("(agent error #\(code)) "))
        #expect(!ground.log.contains(EmulatorProgram.secret))
    }

    private func grant(_ location: String) -> String {
        #"{"action":"grant","location":"\#(location)","addresses":["203.0.113.7"],"user":"alice@example.com"}"#
    }
}

/// A self-signed certificate for 127.0.0.1, made by the openssl program.
struct TestCertificate {
    let file: URL
    let key: URL

    init(in folder: URL) throws {
        file = folder.appendingPathComponent("certificate.pem")
        key = folder.appendingPathComponent("key.pem")
        let words = [
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
            "subjectAltName=IP:127.0.0.1", "-keyout", key.path, "-out", file.path,
        ]
        #expect(try Program.run("/usr/bin/openssl", words).status == 0)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key.path)
    }

    /// SHA-256, as the portal and openssl show it.
    func thumbprint() throws -> String {
        let words = ["x509", "-in", file.path, "-noout", "-fingerprint", "-sha256"]
        let text = try Program.run("/usr/bin/openssl", words).output
        return String(text.split(separator: "=").last ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
