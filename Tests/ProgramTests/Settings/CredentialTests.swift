import Foundation
import Kit
import Testing

@Suite(.timeLimit(.minutes(2)), .ownThread) struct CredentialTests {
    private static let grant = #"{"action":"grant","location":"office","addresses":["203.0.113.1"]}"#

    @Test("a certificate proves who we are, by its files or by its thumbprint", arguments: [false, true])
    func certificate(byThumbprint: Bool) async throws {
        let ground = try Playground()
        let certificate = try TestCertificate(in: ground.folder)
        let pem = try String(contentsOf: certificate.file, encoding: .utf8)
        let emulator = try EmulatorProgram()
        try await emulator.set(
            #"{"secrets":[],"certificates":["\#(pem.replacingOccurrences(of: "\n", with: "\\n"))"]}"#)
        var options = Playground.Options(emulator)
        if byThumbprint {
            let thumbprint = try certificate.thumbprint()
            options.credential = "certificateThumbprint: \"\(thumbprint)\", certificateStore: \".\""
        } else {
            options.credential = "certificateFile: \"certificate.pem\", keyFile: \"key.pem\""
        }
        try ground.configure(options)
        try ground.start()
        ground.expect(try ground.drop(Self.grant), toEndIn: "done")
        #expect(try await emulator.counts().token == 1)
    }

    @Test(
        "a key that this user may not read is told, with the remedy", .enabled(if: geteuid() == 0, "needs root"),
        arguments: [false, true])
    func unreadableKey(byThumbprint: Bool) throws {
        let ground = try Playground()
        let certificate = try TestCertificate(in: ground.folder)
        var options = Playground.Options(graph: "http://127.0.0.1:1")
        options.credential =
            byThumbprint
            ? "certificateThumbprint: \"\(try certificate.thumbprint())\", certificateStore: \".\""
            : "certificateFile: \"certificate.pem\", keyFile: \"key.pem\""
        try ground.configure(options)
        let key = ground.folder.appendingPathComponent("key.pem").path
        try FileManager.default.setAttributes([.posixPermissions: 0o600, .ownerAccountID: 65_534], ofItemAtPath: key)
        // Root without the right to read what is others'.
        let words = [
            "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all", Program.path("knocknoc-entra"), "check",
            "--config", "config.json5",
        ]
        let (status, text) = try Program.run("/usr/bin/setpriv", words, in: ground.folder)
        #expect(status == 64, "\(text)")
        #expect(text.contains("key.pem") && text.contains("this user may not read it"), "\(text)")
    }

    @Test("a certificate that Entra does not know is ENTRA001")
    func unknownCertificate() throws {
        let ground = try Playground()
        _ = try TestCertificate(in: ground.folder)
        let emulator = try EmulatorProgram()
        var options = Playground.Options(emulator)
        options.credential = "certificateFile: \"certificate.pem\", keyFile: \"key.pem\""
        try ground.configure(options)
        try ground.start()
        let name = try ground.drop(Self.grant)
        ground.expect(name, toEndIn: "ENTRA001")
        #expect(ground.why(name).contains("700027"))
    }

    @Test("a federated token is read anew for each access token")
    func federated() async throws {
        let (ground, emulator) = try Playground.configured()
        try await emulator.set(#"{"federatedTokens":["aaa.bbb.two"],"tokenLifetime":1}"#)
        let file = ground.folder.appendingPathComponent("federated")
        try write("aaa.bbb.one\n", to: file)
        var options = Playground.Options(emulator)
        options.credential = "federatedTokenFile: \"federated\""
        try ground.configure(options)
        try ground.start()
        ground.expect(try ground.drop(Self.grant), toEndIn: "ENTRA001")
        try write("aaa.bbb.two\n", to: file)
        ground.expect(try ground.drop(Self.grant), toEndIn: "done")
    }

    @Test(
        "the variables of Azure's own libraries and systemd's credentials are honoured",
        arguments: [
            "AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE",
            "CREDENTIALS_DIRECTORY",
        ])
    func environment(variable: String) throws {
        let ground = try Playground()
        let certificate = try TestCertificate(in: ground.folder)
        let both = ground.folder.appendingPathComponent("both.pem")
        try write(
            try String(contentsOf: certificate.file, encoding: .utf8)
                + String(contentsOf: certificate.key, encoding: .utf8),
            to: both)
        let token = ground.folder.appendingPathComponent("token")
        try write("a.b.c", to: token)
        let folder = ground.folder.appendingPathComponent("credentials")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try write("from-systemd", to: folder.appendingPathComponent("client-secret"))
        let values = [
            "AZURE_CLIENT_SECRET": "from-the-environment", "AZURE_CLIENT_CERTIFICATE_PATH": both.path,
            "AZURE_FEDERATED_TOKEN_FILE": token.path, "CREDENTIALS_DIRECTORY": folder.path,
        ]
        var options = Playground.Options(graph: "http://127.0.0.1:1")
        options.credential = "cloud: \"global\""

        try ground.configure(options)
        #expect(try ground.run("check").status == 64)
        let (status, output) = try ground.run("check", environment: [variable: try #require(values[variable])])
        #expect(status == 0, "\(output)")
    }

    @Test(
        "what is wrong with a credential has its own sentence",
        arguments: [
            (#"clientSecret: """#, "is empty"),
            (#"clientSecretFile: "nowhere""#, "nowhere"),
            (#"clientSecret: "x", clientSecretFile: "y""#, "keep one"),
            (#"certificateFile: "certificate.pem", keyFile: "nowhere.pem""#, "nowhere.pem"),
            (#"certificateFile: "certificate.pem", keyFile: "other.pem""#, "key"),
            (#"certificateFile: "certificate.pem""#, "certificate.pem"),
            (#"certificateThumbprint: "zz", certificateStore: ".""#, "hex"),
            (#"certificateThumbprint: "0011223344556677889900112233445566778899", certificateStore: ".""#, "None of"),
            (#"federatedTokenFile: "empty""#, "empty"),
        ])
    func mistakes(credential: String, says: String) throws {
        let ground = try Playground()
        _ = try TestCertificate(in: ground.folder)
        let other = ground.folder.appendingPathComponent("other")
        try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
        let key = try TestCertificate(in: other).key
        try FileManager.default.moveItem(at: key, to: ground.folder.appendingPathComponent("other.pem"))
        try write("", to: ground.folder.appendingPathComponent("empty"))
        var options = Playground.Options(graph: "http://127.0.0.1:1")
        options.credential = credential
        try ground.configure(options)
        let (status, output) = try ground.run("check")
        #expect(status == 64)
        #expect(output.contains(says), "\(output)")
    }

    @Test("a GUID in the place of a secret and blanks around an id are told")
    func warnings() throws {
        var options = Playground.Options(graph: "http://127.0.0.1:1")
        options.secret = "0854951d-5fc0-4eb1-b392-9b2c9d7949c2 "
        let (status, output) = try Playground(options).run("check")
        #expect(status == 0)
        #expect(output.contains("Secret ID"))
        #expect(output.contains("blanks"))
    }

    private func write(_ text: String, to file: URL) throws {
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    }
}
