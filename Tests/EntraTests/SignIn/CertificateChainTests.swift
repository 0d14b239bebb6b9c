import Grants
import Kit
import Testing

@testable import Entra

@Suite("The chain that a server shows", .timeLimit(.minutes(1)), .ownThread)
struct CertificateChainTests {
    @Test("it is told though nobody believes it, without a request")
    func unbelieved() throws {
        let certificates = try TestCertificates.shared.get()
        let server = try TLSServer("unknown", more: ["-cert_chain", certificates.path("other-ca.pem")])
        let transport = try HTTPTransport(TransportOptions())
        let chain = try transport.certificateChain(of: server.url, timeouts: .init(connect: .seconds(5))).get()
        #expect(chain.map(\.subject) == ["O = Lab, CN = unknown", "O = Lab, CN = other-ca"])
        #expect(chain.map(\.issuer) == ["O = Lab, CN = other-ca", "O = Lab, CN = other-ca"])
        #expect(chain.first?.notAfter.hasSuffix("GMT") == true)
        #expect(chain.first?.pem.hasPrefix("-----BEGIN CERTIFICATE-----") == true)
    }

    @Test("where there is no TLS it says what is there instead")
    func none() throws {
        let silent = try LoopbackServer(nil)
        let transport = try HTTPTransport(TransportOptions())
        for (url, kind) in [
            ("https://127.0.0.1:\(silent.port)/", TransportFailure.Kind.timeout), ("https://graph.invalid/", .resolve),
            ("http://127.0.0.1/", .unsendable),
        ] {
            let patience = Duration.milliseconds(kind == .resolve ? 5_000 : 300)
            let result = transport.certificateChain(of: url, timeouts: .init(connect: patience))
            guard case .failure(let failure) = result else {
                Issue.record("a chain at \(url)")
                continue
            }
            #expect(failure.kind == kind, "\(failure)")
        }
    }
}
