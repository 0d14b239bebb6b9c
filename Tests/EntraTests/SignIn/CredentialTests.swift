import Foundation
import Grants
import Testing

@testable import Entra

/// Files to sign in with, made once.
private struct Files: Sendable {
    static let shared = Result { try Files() }
    let certificates: TestCertificates

    init() throws {
        certificates = try TestCertificates.shared.get()
        for (name, key) in [("rsa", "rsa:2048"), ("rsa-other", "rsa:2048"), ("rsa-weak", "rsa:1024")] {
            try certificates.request(name, "\(name).pem", "/CN=\(name)", ["-x509", "-days", "2"], newKey: [key])
        }
        try certificates.run(
            "pkcs8",
            "-topk8",
            "-in",
            self["rsa.key"],
            "-out",
            self["encrypted.key"],
            "-passout",
            "pass:x"
        )
        try write("combined.pem", text("rsa.pem") + text("rsa.key"), mode: 0o600)
        try write("open.key", text("rsa.key"), mode: 0o644)
        try write("damaged.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", mode: 0o600)
        try write("empty", "", mode: 0o600)
        try write("folder/readme.txt", "nothing", mode: 0o600)
        try write("folder/a.pem", text("rsa-other.pem"), mode: 0o644)
        try write("folder/b.pem", text("rsa.pem"), mode: 0o644)
        try write("folder/c.key", text("rsa.key"), mode: 0o600)
        try certificates.run("x509", "-in", self["self.pem"], "-outform", "DER", "-out", self["folder/d.der"])
    }

    subscript(name: String) -> String { certificates.path(name) }

    func text(_ name: String) throws -> String {
        try String(contentsOfFile: self[name], encoding: .utf8)
    }

    func write(_ name: String, _ text: String, mode: Int) throws {
        let path = self[name]
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true
        )
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }
}

@Suite("Credentials")
struct CredentialTests {
    private let files: Files
    private let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970) + 60)
    private let request = TokenRequest(
        authority: "https://login.example",
        tenantId: "t",
        clientId: "client-1",
        graph: "https://graph.example"
    )

    init() throws {
        files = try Files.shared.get()
    }

    private func assertion(_ credential: Credential, at date: Timestamp? = nil) throws(Failure) -> String {
        guard case .assertion(let secret) = try credential.proof(for: request, id: "jti-1", date: date ?? now) else {
            throw Failure(.entra001, "no assertion")
        }
        return secret.revealed
    }

    private func problem(_ credential: Credential, at date: Timestamp? = nil) -> String {
        do throws(Failure) {
            _ = try assertion(credential, at: date)
            return "none"
        } catch {
            return error.code == .entra001 ? error.detail : "\(error)"
        }
    }

    @Test("an assertion says who, to whom and until when, and openssl agrees with its signature")
    func signed() throws {
        let assertion = try assertion(.certificate(file: files["rsa.pem"], keyFile: files["rsa.key"]))
        let parts = assertion.split(separator: ".").map(String.init)
        try #require(parts.count == 3)
        let thumbprint = try files.certificates.run(
            "x509",
            "-in",
            files["rsa.pem"],
            "-noout",
            "-fingerprint",
            "-sha256"
        )
        let (expected, _) = try Thumbprint.parse(
            String(thumbprint.split(separator: "=").last ?? "").trimmingCharacters(in: .newlines)
        )
        #expect(
            String(decoding: Base64URL.decode(parts[0]) ?? [], as: UTF8.self)
                == #"{"alg":"PS256","typ":"JWT","x5t#S256":"\#(Base64URL.encode(expected.bytes))"}"#
        )
        let seconds = now.microseconds / 1_000_000
        #expect(
            String(decoding: Base64URL.decode(parts[1]) ?? [], as: UTF8.self)
                == #"{"aud":"https://login.example/t/oauth2/v2.0/token","exp":\#(seconds + 600),"iat":\#(seconds),"#
                + #""iss":"client-1","jti":"jti-1","nbf":\#(seconds),"sub":"client-1"}"#
        )
        try files.write("input", parts[0] + "." + parts[1], mode: 0o600)
        try Data(Base64URL.decode(parts[2]) ?? []).write(to: URL(filePath: files["signature"]))
        try files.write(
            "public.pem",
            files.certificates.run("x509", "-in", files["rsa.pem"], "-noout", "-pubkey"),
            mode: 0o600
        )
        let verdict = try files.certificates.run(
            "dgst",
            "-sha256",
            "-sigopt",
            "rsa_padding_mode:pss",
            "-sigopt",
            "rsa_pss_saltlen:32",
            "-verify",
            files["public.pem"],
            "-signature",
            files["signature"],
            files["input"]
        )
        #expect(verdict.contains("Verified OK"))
    }

    @Test("one file may hold both")
    func combined() throws {
        #expect(try assertion(.certificate(file: files["combined.pem"], keyFile: nil)).utf8.count > 500)
    }

    @Test(
        "every failure of a certificate has its own sentence",
        arguments: [
            ("none.pem", "rsa.key", "does not exist"), ("rsa.pem", "none.key", "does not exist"),
            ("rsa.pem", "rsa.pem", "open to every user"), ("rsa.key", "rsa.key", "holds no certificate"),
            ("rsa.pem", "empty", "is empty"), ("rsa.pem", "open.key", "open to every user"),
            ("rsa.pem", "encrypted.key", "encrypted"), ("rsa.pem", "damaged.key", "damaged"),
            ("rsa.pem", "rsa-other.key", "does not belong"), ("self.pem", "self.key", "no RSA key"),
            ("rsa-weak.pem", "rsa-weak.key", "1024 bits"),
        ]
    )
    func badFiles(certificate: String, key: String, words: String) {
        let problem = problem(.certificate(file: files[certificate], keyFile: files[key]))
        #expect(problem.contains(words), "\(problem)")
    }

    @Test("a certificate without any key says so")
    func noKey() throws {
        try files.write("lonely.pem", files.text("rsa.pem"), mode: 0o600)
        #expect(problem(.certificate(file: files["lonely.pem"], keyFile: nil)).contains("has no private key"))
    }

    @Test("a certificate outside its time is not sent to Entra")
    func outsideItsTime() {
        let credential = Credential.certificate(file: files["rsa.pem"], keyFile: files["rsa.key"])
        #expect(problem(credential, at: now + .seconds(3 * 86_400)).contains("expired at 20"))
        #expect(problem(credential, at: now - .seconds(86_400)).contains("not valid before 20"))
    }

    @Test("a certificate is found by either thumbprint, and its key beside it", arguments: ["-sha1", "-sha256"])
    func folder(hash: String) throws {
        for (file, words) in [
            ("rsa.pem", nil), ("rsa-other.pem", "none in"), ("self.pem", "none in"), ("good.pem", "None of the 3"),
        ] {
            let output = try files.certificates.run("x509", "-in", files[file], "-noout", "-fingerprint", hash)
            let (thumbprint, _) = try Thumbprint.parse(
                String(output.split(separator: "=").last ?? "").trimmingCharacters(in: .newlines)
            )
            let credential = Credential.certificate(
                thumbprint: thumbprint,
                folder: CertificateFolder(path: files["folder"])
            )
            let problem = problem(credential)
            #expect(words.map { problem.contains($0) } ?? (problem == "none"), "\(file): \(problem)")
        }
        let (any, _) = try Thumbprint.parse(String(repeating: "0", count: 40))
        let missing = Credential.certificate(thumbprint: any, folder: CertificateFolder(path: "/nonexistent"))
        #expect(problem(missing).contains("cannot be opened"))
    }

    @Test("a certificate found by its thumbprint is held to its dates, and its key to its modes")
    func folderRules() throws {
        let output = try files.certificates.run("x509", "-in", files["rsa.pem"], "-noout", "-fingerprint", "-sha256")
        let (thumbprint, _) = try Thumbprint.parse(
            String(output.split(separator: "=").last ?? "").trimmingCharacters(in: .newlines))
        func credential(_ folder: String) -> Credential {
            .certificate(thumbprint: thumbprint, folder: CertificateFolder(path: files[folder]))
        }
        #expect(problem(credential("folder"), at: now + .seconds(3 * 86_400)).contains("expired at 20"))
        #expect(problem(credential("folder"), at: now - .seconds(86_400)).contains("not valid before 20"))
        for (name, key, mode, words) in [
            ("open", "rsa.key", 0o644, "open to every user"), ("other", "rsa-other.key", 0o600, "none in"),
            ("locked", "encrypted.key", 0o600, "is encrypted and was not tried"),
        ] {
            try files.write("folder-\(name)/a.pem", files.text("rsa.pem"), mode: 0o644)
            try files.write("folder-\(name)/a.key", files.text(key), mode: mode)
            #expect(problem(credential("folder-\(name)")).contains(words), "\(problem(credential("folder-\(name)")))")
        }
    }

    @Test("a file of the folder that cannot be read is named, since the key may be in it")
    func unread() throws {
        let output = try files.certificates.run("x509", "-in", files["rsa.pem"], "-noout", "-fingerprint", "-sha256")
        let (thumbprint, _) = try Thumbprint.parse(
            String(output.split(separator: "=").last ?? "").trimmingCharacters(in: .newlines))
        let credential = Credential.certificate(
            thumbprint: thumbprint, folder: CertificateFolder(path: files["folder-unread"]))
        try files.write("folder-unread/a.pem", files.text("rsa.pem"), mode: 0o644)
        try files.write("folder-unread/b.key", String(repeating: "#", count: 1_048_600), mode: 0o600)
        #expect(problem(credential).hasSuffix("b.key was not looked at: it is too large."), "\(problem(credential))")
        guard geteuid() != 0 else { return }  // root may read everything
        try files.write("folder-unread/b.key", files.text("rsa.key"), mode: 0o000)
        #expect(problem(credential).hasSuffix("this user may not read it."), "\(problem(credential))")
        let file = Credential.certificate(file: files["rsa.pem"], keyFile: files["folder-unread/b.key"])
        #expect(problem(file).contains("this user may not read it"))
    }

    @Test("a federated token and a secret are read again each time, without the line end")
    func reread() throws {
        let federated = Credential.federated(file: files["federated"])
        let secret = Credential.secret(file: files["client-secret"])
        for round in 1...2 {
            try files.write("federated", "a.b.c\(round)\r\n", mode: 0o600)
            try files.write("client-secret", "s~\(round)\n", mode: 0o640)
            #expect(try assertion(federated) == "a.b.c\(round)")
            guard case .clientSecret(let text) = try secret.proof(for: request, id: "", date: now) else {
                Issue.record("no secret")
                return
            }
            #expect(text == Secret("s~\(round)"))
        }
    }

    @Test(
        "every failure of a token file has its own sentence, and none repeats the file",
        arguments: [
            ("a.b", 0o600, "no JSON web token"), ("\n\n", 0o600, "is empty"), ("a.b.c\nd", 0o600, "more than one line"),
            ("a.b.c", 0o604, "open to every user"), ("a.\u{0}.c", 0o600, "control characters"),
        ]
    )
    func badToken(text: String, mode: Int, words: String) throws {
        let name = "token-\(UUID().uuidString)"
        try files.write(name, text, mode: mode)
        let problem = problem(.federated(file: files[name]))
        #expect(problem.contains(words), "\(problem)")
        #expect(!problem.contains("a.b"))
    }
}
