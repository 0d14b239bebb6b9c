import FoundationEssentials
import Kit
import Testing

@testable import knocknoc_entra_emulator

@Suite(.ownThread) struct TLSTests {
    private static let curl = "/usr/bin/curl"

    @Test(
        "Over TLS the certificate is shown, and a client that does not trust it gets no answer",
        .enabled(if: FileManager.default.isExecutableFile(atPath: curl)),
        arguments: [(true, Int32(0)), (false, 60)]
    )
    func handshake(_ trusts: Bool, _ status: Int32) throws {
        let folder = try TemporaryFolder()
        let key = AssertionTests.registered
        let body = Data(key.privateDER).base64EncodedString(options: .lineLength64Characters)
        try writeAtomically(certificatePEM(der: key.certificateDER), to: folder.path + "/cert.pem")
        try writeAtomically(
            "-----BEGIN RSA PRIVATE KEY-----\n\(body)\n-----END RSA PRIVATE KEY-----\n",
            to: folder.path + "/key.pem"
        )
        let emulator = try EmulatorProgram([
            "--tls-cert", folder.path + "/cert.pem", "--tls-key", folder.path + "/key.pem",
        ])
        let url = "https://127.0.0.1:\(emulator.client.port)/_emulator/version"
        let run = try Program(TLSTests.curl, ["-sS", trusts ? "-k" : "--tlsv1.2", "--noproxy", "*", url])
        let line = run.line()
        #expect(line.contains(trusts ? #"{"version""# : "certificate"), "\(line)")
        #expect(run.status() == status)
    }
}
