import Foundation
import Kit

@testable import Entra

/// Certificates made by `openssl` when the first test wants them, in a folder of their own.
struct TestCertificates: Sendable {
    static let shared = Result { try TestCertificates() }

    let folder: URL

    struct OpenSSLFailed: Error {
        let arguments: [String]
        let words: String
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    private init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "graph-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        atexit {
            if case .success(let made) = TestCertificates.shared {
                try? FileManager.default.removeItem(at: made.folder)
            }
        }
        try authority("ca")
        try authority("other-ca")
        try leaf("good", by: "ca", names: "IP:127.0.0.1,DNS:localhost")
        try leaf("wrong-host", by: "ca", names: "DNS:graph.example")
        try leaf("expired", by: "ca", names: "IP:127.0.0.1", days: -1)
        try leaf("unknown", by: "other-ca", names: "IP:127.0.0.1")
        try request("self", "self.pem", "/CN=self", ["-x509", "-days", "2", "-addext", "subjectAltName=IP:127.0.0.1"])
    }

    private func authority(_ name: String) throws {
        try request(name, "\(name).pem", "/O=Lab/CN=\(name)", ["-x509", "-days", "2"])
    }

    private func leaf(_ name: String, by authority: String, names: String, days: Int = 2) throws {
        let extensions = path("\(name).ext")
        try "subjectAltName=\(names)\n".write(toFile: extensions, atomically: true, encoding: .utf8)
        try request(name, "\(name).csr", "/O=Lab/CN=\(name)")
        let issuer = ["-CA", path("\(authority).pem"), "-CAkey", path("\(authority).key"), "-CAcreateserial"]
        let output = ["-days", "\(days)", "-extfile", extensions, "-out", path("\(name).pem")]
        try run(["x509", "-req", "-in", path("\(name).csr")] + issuer + output)
    }

    /// A new key, and a certificate or the request for one.
    func request(
        _ name: String, _ output: String, _ subject: String, _ more: [String] = [],
        newKey: [String] = ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    ) throws {
        let key = ["-newkey"] + newKey + ["-nodes", "-keyout", path("\(name).key")]
        try run(["req"] + key + ["-out", path(output), "-subj", subject] + more)
    }

    @discardableResult
    func run(_ arguments: String...) throws -> String { try run(arguments) }

    @discardableResult
    func run(_ arguments: [String]) throws -> String {
        let (status, text) = try Program.run("/usr/bin/openssl", arguments)
        guard status == 0 else { throw OpenSSLFailed(arguments: arguments, words: text) }
        return text
    }
}

/// `openssl s_server`, which answers each GET with a page about the connection.
final class TLSServer {
    let port: UInt16
    private let process: Program

    struct NoPort: Error {}

    init(_ certificate: String, more: [String] = []) throws {
        let certificates = try TestCertificates.shared.get()
        let pair = ["-cert", certificates.path("\(certificate).pem"), "-key", certificates.path("\(certificate).key")]
        process = try Program("/usr/bin/openssl", ["s_server", "-accept", "127.0.0.1:0", "-www"] + pair + more)
        var line = process.line()
        while !line.isEmpty, !line.contains("ACCEPT 127.0.0.1:") { line = process.line() }
        guard let found = line.firstMatch(of: /ACCEPT 127\.0\.0\.1:(\d+)/).flatMap({ UInt16($0.1) }) else {
            throw NoPort()
        }
        port = found
    }

    var url: String { "https://127.0.0.1:\(port)/" }
}
