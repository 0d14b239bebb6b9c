import Grants
import Kit
import Testing

@testable import Entra

@Suite("TLS", .timeLimit(.minutes(1)), .ownThread)
struct TransportTLSTests {
    private func options(trusting file: String = "ca.pem") throws -> TransportOptions {
        TransportOptions(caFile: try TestCertificates.shared.get().path(file))
    }

    @Test("a certificate by the configured CA is believed, beside the system's own")
    func good() throws {
        let server = try TLSServer("good")
        let result = try exchange(HTTPRequest(.get, server.url), options: options())
        #expect(result.reply?.status == 200, "\(result)")
        #expect(result.reply?.isPage == true)
    }

    @Test(
        "a certificate that is not in order is told by its fault, and nothing is sent",
        arguments: [
            ("wrong-host", 1, "another host name"), ("expired", 10, "expired"), ("unknown", 20, "issuer is unknown"),
            ("self", 18, "self-signed"),
        ]
    )
    func bad(certificate: String, verifyResult: Int, words: String) throws {
        let server = try TLSServer(certificate)
        let result = try exchange(HTTPRequest(.patch, server.url, accessToken: Secret("eyJ")), options: options())
        let failure = try #require(result.failure, "\(result)")
        #expect(failure.kind == .tls)
        #expect(failure.phase == .tls)
        #expect(failure.curlCode == 60)
        #expect(failure.verifyResult == verifyResult)
        #expect(!failure.mayHaveTakenEffect)
        let verdict = ReplyVerdict(failure, to: .patch)
        #expect(verdict.code == .entra003)
        #expect(verdict.remedy == .grace)
        #expect(verdict.error.detail.contains(words), "\(verdict.error.detail)")
    }

    @Test("TLS 1.1 is not spoken")
    func oldVersion() throws {
        let server = try TLSServer("good", more: ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
        let failure = try #require(try exchange(HTTPRequest(.get, server.url), options: options()).failure)
        #expect(failure.kind == .tls)
        #expect(failure.curlCode == 35)
    }

    @Test("a file without a certificate is as bad as none")
    func emptyBundle() throws {
        let server = try TLSServer("good")
        let failure = try #require(
            try exchange(HTTPRequest(.get, server.url), options: options(trusting: "ca.key")).failure
        )
        #expect(failure.curlCode == 77)
        #expect(ReplyVerdict(failure, to: .get).error.detail.contains("caFile"))
    }

    @Test("the configured CA comes on top of the system's bundle")
    func bundle() throws {
        let trust = try TrustBundle(adding: options().caFile)
        let merged = try #require(contents(of: trust.path ?? ""))
        let text = String(decoding: merged, as: UTF8.self)
        #expect(text.split(separator: "-----BEGIN CERTIFICATE-----").count > 20)
        #expect(TrustBundle(adding: nil).path == nil)
        #expect(TrustBundle(adding: "/nonexistent").path == "/nonexistent")
    }
}
