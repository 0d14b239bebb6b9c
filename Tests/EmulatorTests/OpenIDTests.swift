import FoundationEssentials
import Kit
import Testing

@testable import knocknoc_entra_emulator

@Suite(.ownThread) struct OpenIDTests {
    private func keySet(_ emulator: EmulatorProgram) throws -> [JSON] {
        try #require(
            try emulator.client.answer("GET", "/\(EmulatorProgram.tenant)/discovery/v2.0/keys").json["keys"]?.items
        )
    }

    private func mint(_ emulator: EmulatorProgram, _ order: JSON) throws -> JWT {
        let answer = try emulator.control("POST", "mint", order)
        #expect(answer.status == 200)
        let text = try #require(answer.json["token"]?.text)
        return try #require(JWT(text))
    }

    @Test(
        "Each version has its discovery document with its own issuer, both leading to keys on this server",
        arguments: [
            ("/v2.0", "https://login.microsoftonline.com/\(EmulatorProgram.tenant)/v2.0"),
            ("", "https://sts.windows.net/\(EmulatorProgram.tenant)/"),
        ]
    )
    func discovery(_ version: String, _ issuer: String) throws {
        let emulator = try EmulatorProgram()
        let path = "/\(EmulatorProgram.tenant)\(version)/.well-known/openid-configuration"
        let body = try emulator.client.answer("GET", path).json
        #expect(body["issuer"]?.text == issuer)
        let keys = try #require(body["jwks_uri"]?.text)
        let root = "http://127.0.0.1:\(emulator.client.port)"
        #expect(keys.hasPrefix(root))
        #expect(try emulator.client.answer("GET", String(keys.dropFirst(root.count))).status == 200)
        #expect(try emulator.log().map { $0["kind"]?.text } == ["discovery", "keys"])
    }

    @Test("Another tenant has no discovery document")
    func wrongTenant() throws {
        let emulator = try EmulatorProgram()
        let answer = try emulator.client.answer("GET", "/example.com/v2.0/.well-known/openid-configuration")
        #expect(answer.status == 400)
        #expect(answer.json["error"]?.text == "invalid_tenant")
    }

    @Test("A minted token verifies with the listed key, by its certificate and by its numbers")
    func verifies() throws {
        let emulator = try EmulatorProgram()
        let key = try #require(try keySet(emulator).first)
        let token = try mint(emulator, [:])
        #expect(token.header["kid"] == key["kid"])
        #expect(key["e"]?.text == "AQAB")
        #expect(base64URLDecoded(key["n"]?.text ?? "")?.count == 256)
        let text = try #require(key["x5c"]?.items?.first?.text)
        let certificate = try #require(Data(base64Encoded: text)).map { $0 }
        #expect(base64URL(Digester.sha1(certificate)) == key["x5t"]?.text)
        #expect(
            SignatureAlgorithm.rs256.isValid(
                signature: token.signature,
                of: token.signed,
                certificate: certificate
            )
        )
        #expect(
            !SignatureAlgorithm.rs256.isValid(
                signature: token.signature,
                of: token.signed + [0],
                certificate: certificate
            )
        )
    }

    @Test(
        "The two versions of a token differ as documented",
        arguments: [
            (1, "https://sts.windows.net/\(EmulatorProgram.tenant)/", "appid", "upn", true),
            (2, "https://login.microsoftonline.com/\(EmulatorProgram.tenant)/v2.0", "azp", "preferred_username", false),
        ]
    )
    func versions(_ version: Int, _ issuer: String, _ client: String, _ name: String, _ hasThumbprint: Bool) throws {
        let token = try mint(try EmulatorProgram(), ["version": .whole(version)])
        #expect(token.claims["ver"]?.text == "\(version).0")
        #expect(token.claims["iss"]?.text == issuer)
        #expect(token.claims[client] != nil && token.claims[name] != nil)
        #expect((token.header["x5t"] != nil) == hasThumbprint)
    }

    @Test("A token can be made wrong in every way")
    func wrongTokens() throws {
        let emulator = try EmulatorProgram()
        let token = try mint(
            emulator,
            [
                "claims": ["aud": "elsewhere", "groups": ["g"]], "removed": ["tid", "scp"], "expiresIn": -3_600,
                "header": ["kid": "unknown", "crit": ["x"]], "removedHeader": ["typ"], "alg": "HS256",
            ]
        )
        #expect(token.claims["aud"]?.text == "elsewhere" && token.claims["groups"]?.texts == ["g"])
        #expect(token.claims["tid"] == nil && token.claims["scp"] == nil)
        #expect(try #require(token.claims["exp"]?.whole) < ClockReading.now().seconds)
        #expect(token.header["kid"]?.text == "unknown" && token.header["alg"]?.text == "HS256")
        #expect(token.header["typ"] == nil && token.signature.count == 32)
        #expect(try mint(emulator, ["alg": "none"]).signature.isEmpty)
    }

    @Test(
        "An order that cannot be filled is refused",
        arguments: [["alg": "ES256"], ["key": "old"], ["key": "golden"], ["version": 3]] as [JSON]
    )
    func refused(_ order: JSON) throws {
        #expect(try EmulatorProgram().control("POST", "mint", order).status == 400)
    }

    @Test("A rollover lists the new key beside the old one, an emergency the new one alone", arguments: [true, false])
    func roll(_ keepsOld: Bool) throws {
        let emulator = try EmulatorProgram()
        let before = try mint(emulator, [:])
        #expect(try emulator.control("POST", "keys/roll", ["keepOld": .bool(keepsOld)]).status == 204)
        let after = try mint(emulator, [:])
        let listed = try keySet(emulator).compactMap { $0["kid"] }
        #expect(after.header["kid"] != before.header["kid"])
        #expect(listed.first == after.header["kid"])
        #expect(listed.count == (keepsOld ? 2 : 1))
        #expect(try mint(emulator, ["key": "old"]).header["kid"] == before.header["kid"])
        let foreign = try #require(try mint(emulator, ["key": "foreign"]).header["kid"])
        #expect(!listed.contains(foreign))
    }
}
