import FoundationEssentials
import Kit
import Testing

@testable import knocknoc_entra_emulator

/// A client assertion as the documentation asks for it, and what differs from that.
struct AssertionCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var algorithm = SignatureAlgorithm.ps256
    var header: JSON = [:]
    var removedHeader: [String] = []
    var claims: JSON = [:]
    var removedClaims: [String] = []
    var signer = AssertionTests.registered
    /// Nil is accepted.
    let number: Int?

    init(
        _ why: String,
        _ algorithm: SignatureAlgorithm = .ps256,
        header: JSON = [:],
        removedHeader: [String] = [],
        claims: JSON = [:],
        removedClaims: [String] = [],
        signer: RSAKey = AssertionTests.registered,
        number: Int?
    ) {
        testDescription = why
        self.algorithm = algorithm
        self.header = header
        self.removedHeader = removedHeader
        self.claims = claims
        self.removedClaims = removedClaims
        self.signer = signer
        self.number = number
    }

    func text(base: String) -> String? {
        let now = ClockReading.now().seconds
        let der = AssertionTests.registered.certificateDER
        let thumbprint: JSON =
            algorithm == .ps256
            ? ["x5t#S256": .string(base64URL(Digester.sha256(der)))] : ["x5t": .string(base64URL(Digester.sha1(der)))]
        let plainHeader: JSON = ["alg": .string(algorithm.rawValue), "typ": "JWT"]
        let plainClaims: JSON = [
            "aud": .string("\(base)/\(EmulatorProgram.tenant)/oauth2/v2.0/token"),
            "iss": .string(EmulatorProgram.client), "sub": .string(EmulatorProgram.client),
            "jti": .string(newID()), "nbf": .whole(now), "exp": .whole(now + 600),
        ]
        return JWT.text(
            header: plainHeader.changed(by: thumbprint).changed(by: header, without: removedHeader),
            claims: plainClaims.changed(by: claims, without: removedClaims),
            sign: { algorithm.sign($0, with: signer) }
        )
    }
}

@Suite(.ownThread) struct AssertionTests {
    // Making keys is slow; two are enough for all.
    static let registered = newKey()
    static let other = newKey()

    private static func newKey() -> RSAKey {
        guard let key = RSAKey.generate(commonName: "test") else { preconditionFailure("no key") }
        return key
    }

    static let sha1 = base64URL(Digester.sha1(registered.certificateDER))
    static let sha256 = base64URL(Digester.sha256(registered.certificateDER))

    static let cases = [
        AssertionCase("PS256 with the SHA-256 thumbprint", number: nil),
        AssertionCase("RS256 with the SHA-1 thumbprint", .rs256, number: nil),
        AssertionCase(
            "RS256 with kid, padded",
            .rs256,
            header: ["kid": .string(sha1 + "=")],
            removedHeader: ["x5t"],
            number: nil
        ),
        AssertionCase(
            "public endpoint as audience",
            claims: [
                "aud": .string("https://login.microsoftonline.com/\(EmulatorProgram.tenant)/oauth2/v2.0/token")
            ],
            number: nil
        ),
        AssertionCase("times as texts", claims: ["exp": "99999999999", "nbf": "0"], number: nil),
        AssertionCase("nbf missing", removedClaims: ["nbf"], number: nil),
        AssertionCase("signed by another key", signer: other, number: 700_027),
        AssertionCase(
            "key not registered",
            header: ["x5t#S256": .string(base64URL(Digester.sha256(other.certificateDER)))],
            signer: other,
            number: 700_027
        ),
        AssertionCase(
            "SHA-1 under the SHA-256 name",
            header: ["x5t#S256": .string(sha1)],
            number: 700_027
        ),
        AssertionCase("thumbprint padded", header: ["x5t#S256": .string(sha256 + "=")], number: nil),
        AssertionCase("no thumbprint", removedHeader: ["x5t#S256"], number: 700_027),
        AssertionCase("RS256 said, PS256 signed", header: ["alg": "RS256", "x5t": .string(sha1)], number: 700_027),
        AssertionCase("no algorithm", header: ["alg": "none"], number: 700_027),
        AssertionCase("audience of Graph", claims: ["aud": "https://graph.microsoft.com"], number: 50_012),
        AssertionCase("audience missing", removedClaims: ["aud"], number: 50_012),
        AssertionCase("subject of another", claims: ["sub": "someone"], number: 700_021),
        AssertionCase("expired", claims: ["exp": 1_700_000_000], number: 700_024),
        AssertionCase("not valid yet", claims: ["nbf": 99_999_999_999], number: 700_024),
        AssertionCase("jti missing", removedClaims: ["jti"], number: 50_027),
        AssertionCase("exp missing", removedClaims: ["exp"], number: 50_027),
        AssertionCase("issued by somebody else", claims: ["iss": "https://issuer.example"], number: 70_021),
    ]

    @Test("A certificate's assertion is really checked", arguments: cases)
    func assertion(_ row: AssertionCase) throws {
        let emulator = try EmulatorProgram()
        let pem = certificatePEM(der: AssertionTests.registered.certificateDER)
        try emulator.settings(["certificates": [.string(pem)], "secrets": []])
        let text = try #require(row.text(base: "http://127.0.0.1:\(emulator.client.port)"))
        let answer = try emulator.tokenAnswer(form(text))
        if let number = row.number {
            #expect(answer.status == 401)
            #expect(answer.json["error"]?.text == "invalid_client")
            #expect(answer.json["error_codes"] == [.whole(number)])
        } else {
            let token = try #require(answer.json["access_token"]?.text)
            #expect(try emulator.get(token: token).status == 200)
        }
    }

    private func form(_ assertion: String) -> [String: String] {
        var form = EmulatorProgram.goodForm
        form["client_secret"] = nil
        form["client_assertion_type"] = TokenEndpointTests.assertionType
        form["client_assertion"] = assertion
        return form
    }

    @Test("An assertion may be used twice unless told otherwise", arguments: [false, true])
    func reuse(_ refused: Bool) throws {
        let emulator = try EmulatorProgram()
        let pem = certificatePEM(der: AssertionTests.registered.certificateDER)
        try emulator.settings(["certificates": [.string(pem)], "refuseReusedAssertions": .bool(refused)])
        let text = try #require(
            AssertionCase("", number: nil).text(base: "http://127.0.0.1:\(emulator.client.port)")
        )
        #expect(try emulator.tokenAnswer(form(text)).status == 200)
        #expect(try emulator.tokenAnswer(form(text)).status == (refused ? 401 : 200))
    }

    @Test(
        "A federated assertion is one that is known, or none",
        arguments: [("subject-token", 0), ("other", 50_027)]
    )
    func federated(_ token: String, _ number: Int) throws {
        let emulator = try EmulatorProgram()
        try emulator.settings(["federatedTokens": ["subject-token"]])
        let answer = try emulator.tokenAnswer(form(token))
        #expect(answer.status == (number == 0 ? 200 : 401))
        if number != 0 { #expect(answer.json["error_codes"] == [.whole(number)]) }
    }
}

func certificatePEM(der: [UInt8]) -> String {
    let text = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
    return "-----BEGIN CERTIFICATE-----\n\(text)\n-----END CERTIFICATE-----\n"
}
