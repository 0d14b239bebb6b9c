import Foundation
import Kit
import Testing

@Suite(.timeLimit(.minutes(2)), .ownThread) struct DoctorCredentialTests {
    @Test(
        "what is wrong with a credential fails the check that is about it, with ENTRA001 and status 64",
        arguments: [
            (#"cloud: "global""#, "credential-present"),
            (#"clientSecret: "x", clientSecretFile: "y""#, "credential-present"),
            (#"clientSecretFile: "nowhere""#, "credential-readable"),
            (#"clientSecretFile: "empty""#, "credential-readable"),
            (#"federatedTokenFile: "open""#, "credential-private"),
            (#"clientSecretFile: "open""#, "credential-private"),
            (#"certificateFile: "expired.pem", keyFile: "key.pem""#, "certificate-dates"),
            (#"certificateFile: "future.pem", keyFile: "key.pem""#, "certificate-dates"),
            (#"certificateFile: "certificate.pem", keyFile: "other.pem""#, "certificate-key"),
            (#"certificateFile: "certificate.pem", keyFile: "certificate.pem""#, "certificate-key"),
            (#"certificateFile: "small.pem", keyFile: "small.key""#, "certificate-key"),
            (
                #"certificateThumbprint: "0011223344556677889900112233445566778899", certificateStore: ".""#,
                "credential-readable"
            ),
        ])
    func broken(credential: String, check: String) throws {
        let ground = try Playground()
        try ground.makeCredentials()
        var options = Playground.Options(graph: "http://127.0.0.1:1")
        options.credential = credential
        try ground.configure(options)
        let (status, report) = try ground.doctor()
        #expect(status == 64)
        #expect(report.failed == [check])
        #expect(report[check]?.code == "ENTRA001")
        #expect(report["token-answer"]?.verdict == "skipped")
    }

    @Test("a Secret ID in the place of the Value is told before Entra is asked, and so are blanks")
    func secretId() throws {
        let (ground, emulator) = try Playground.configured()
        try ground.configure(onlyOffice: emulator) { $0.secret = "0854951d-5fc0-4eb1-b392-9b2c9d7949c2 " }
        let (status, report) = try ground.doctor()
        #expect(status == 1)
        #expect(report["credential-secret-id"]?.verdict == "warning")
        #expect(report["credential-blanks"]?.verdict == "warning")
        #expect(report.failed == ["credential-accepted"])
    }

    @Test("blanks within a secret are told: Microsoft's have none")
    func blanksWithin() throws {
        let (ground, emulator) = try Playground.configured()
        try ground.configure(onlyOffice: emulator) { $0.secret = "half a secret" }
        #expect(try ground.doctor().report["credential-blanks"]?.verdict == "warning")
    }

    @Test("a certificate that signs in is said with its end, and warned of when that is near")
    func certificate() async throws {
        let ground = try Playground()
        try ground.makeCredentials()
        let emulator = try EmulatorProgram()
        let pem = try ["certificate.pem", "long.pem"].map {
            try String(contentsOf: ground.folder.appendingPathComponent($0), encoding: .utf8)
                .replacingOccurrences(of: "\n", with: "\\n")
        }
        try await emulator.set(#"{"secrets":[],"certificates":["\#(pem[0])","\#(pem[1])"]}"#)
        for (file, verdict) in [("certificate.pem", "warning"), ("long.pem", "ok")] {
            try ground.configure(onlyOffice: emulator) {
                $0.credential = #"certificateFile: "\#(file)", keyFile: "key.pem""#
            }
            let (status, report) = try ground.doctor()
            #expect(status == 0)
            #expect(report["certificate-dates"]?.verdict == verdict)
            #expect(report["certificate-key"]?.verdict == "ok")
            #expect(report["credential-accepted"]?.verdict == "ok")
        }
        try await emulator.set(#"{"certificates":[]}"#)
        let report = try ground.doctor().report
        #expect(report.failed == ["credential-accepted"])
        #expect(report["credential-accepted"]?.seen.contains("not registered") ?? false)
    }
}

extension Playground {
    /// Certificates by one key: of today, over since long, not yet good, good for long; a small one, and files to trip over.
    fileprivate func makeCredentials() throws {
        _ = try TestCertificate(in: folder)
        let script = """
            set -e
            openssl req -new -key key.pem -subj /CN=test -out request.csr
            touch index; echo 01 > serial
            printf '[ca]\\ndefault_ca=x\\n[x]\\ndatabase=index\\nserial=serial\\nnew_certs_dir=.\\ndefault_md=sha256\\npolicy=p\\nunique_subject=no\\n[p]\\ncommonName=supplied\\n' > ca.cnf
            sign() { openssl ca -batch -config ca.cnf -selfsign -keyfile key.pem -in request.csr -notext -out "$1" -startdate "$2" -enddate "$3"; }
            sign expired.pem 20200101000000Z 20210101000000Z
            sign future.pem 20700101000000Z 20800101000000Z
            sign long.pem 20200101000000Z 20800101000000Z
            openssl genrsa -out other.pem 2048
            openssl req -x509 -newkey rsa:1024 -nodes -days 2 -subj /CN=small -keyout small.key -out small.pem
            : > empty; echo a.b.c > open; chmod 644 open; chmod 600 empty other.pem small.key key.pem certificate.pem
            """
        let (status, words) = try Program.shell(script, in: folder)
        #expect(status == 0, "\(words)")
    }
}
