import Foundation
import Grants
import Kit

@testable import Entra

/// An RSA key of `openssl`'s making, which signs tokens and judges signatures without any code of ours.
struct TestTokenKey: Sendable {
    private static let made = Result {
        (try TestTokenKey("one"), try TestTokenKey("two"), try TestTokenKey("foreign"), try TestTokenKey("weak", 1_024))
    }
    static var one: TestTokenKey { get throws { try made.get().0 } }
    static var two: TestTokenKey { get throws { try made.get().1 } }
    /// In no key set.
    static var foreign: TestTokenKey { get throws { try made.get().2 } }
    static var weak: TestTokenKey { get throws { try made.get().3 } }

    let name: String
    private let certificates: TestCertificates
    private let modulus: [UInt8]

    private init(_ name: String, _ bits: Int = 2_048) throws {
        self.name = name
        certificates = try TestCertificates.shared.get()
        try certificates.request(
            "\(name).token", "\(name).token.pem", "/CN=\(name)", ["-x509", "-days", "2"], newKey: ["rsa:\(bits)"])
        try certificates.run(
            "x509", "-in", certificates.path("\(name).token.pem"), "-outform", "DER", "-out",
            certificates.path("\(name).token.der"))
        try certificates.run(
            "x509", "-in", certificates.path("\(name).token.pem"), "-noout", "-pubkey", "-out",
            certificates.path("\(name).token.public"))
        let text = try certificates.run("rsa", "-in", certificates.path("\(name).token.key"), "-noout", "-modulus")
        let digits = Array(text.trimmingCharacters(in: .whitespacesAndNewlines).dropFirst("Modulus=".count).utf8)
        modulus = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16)
        }
    }

    /// The two forms in which a key set may give it.
    enum Form: String, CaseIterable, Sendable {
        case numbers
        case certificate
    }

    func json(_ form: Form, id: String? = nil, _ more: String = "") throws -> String {
        let id = id ?? name
        switch form {
        case .numbers:
            return #"{"kty":"RSA","use":"sig","kid":"\#(id)","n":"\#(Base64URL.encode(modulus))","e":"AQAB"\#(more)}"#
        case .certificate:
            let der = try Data(contentsOf: URL(filePath: certificates.path("\(name).token.der"))).base64EncodedString()
            return #"{"kty":"RSA","use":"sig","kid":"\#(id)","x5c":["\#(der)"]\#(more)}"#
        }
    }

    func token(_ header: String, _ claims: String) throws -> String {
        let input = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(claims.utf8))
        let file = certificates.path("sign-\(UUID().uuidString)")
        try Data(input.utf8).write(to: URL(filePath: file))
        try certificates.run(
            "dgst", "-sha256", "-sign", certificates.path("\(name).token.key"), "-out", file + ".signature", file)
        return input + "." + Base64URL.encode(Array(try Data(contentsOf: URL(filePath: file + ".signature"))))
    }

    /// What `openssl` says of a token's signature, read by Foundation's base64 and not ours.
    func verifies(_ token: String) throws -> Bool {
        let parts = token.components(separatedBy: ".")
        guard parts.count == 3 else { return false }
        let standard = parts[2].replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        let padded = standard + String(repeating: "=", count: (4 - standard.count % 4) % 4)
        guard let signature = Data(base64Encoded: padded) else { return false }
        let file = certificates.path("verify-\(UUID().uuidString)")
        try Data((parts[0] + "." + parts[1]).utf8).write(to: URL(filePath: file))
        try signature.write(to: URL(filePath: file + ".signature"))
        do {
            try certificates.run(
                "dgst", "-sha256", "-verify", certificates.path("\(name).token.public"), "-signature",
                file + ".signature", file)
            return true
        } catch is TestCertificates.OpenSSLFailed {
            return false
        }
    }
}
