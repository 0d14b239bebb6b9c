import FoundationEssentials
import Kit
import Testing

@testable import knocknoc_entra_emulator

struct TokenRefusal: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What differs from a good request; empty takes a field away.
    var form: [String: String] = [:]
    var settings: JSON = [:]
    var tenant = EmulatorProgram.tenant
    let status: Int
    let error: String
    let number: Int
}

@Suite(.ownThread) struct TokenEndpointTests {
    static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    static let refusals = [
        TokenRefusal(
            testDescription: "tenant unknown",
            tenant: "33333333-3333-4333-8333-333333333333",
            status: 400,
            error: "invalid_request",
            number: 90_002
        ),
        TokenRefusal(
            testDescription: "client unknown",
            form: ["client_id": "44444444-4444-4444-8444-444444444444"],
            status: 400,
            error: "unauthorized_client",
            number: 700_016
        ),
        TokenRefusal(
            testDescription: "secret wrong",
            form: ["client_secret": "wrong"],
            status: 401,
            error: "invalid_client",
            number: 7_000_215
        ),
        TokenRefusal(
            testDescription: "secret expired",
            settings: ["secrets": [["value": .string(EmulatorProgram.secret), "expired": true]]],
            status: 401,
            error: "invalid_client",
            number: 7_000_222
        ),
        TokenRefusal(
            testDescription: "no credential",
            form: ["client_secret": ""],
            status: 401,
            error: "invalid_client",
            number: 7_000_216
        ),
        TokenRefusal(
            testDescription: "assertion type without assertion",
            form: ["client_secret": "", "client_assertion_type": assertionType],
            status: 401,
            error: "invalid_client",
            number: 7_000_218
        ),
        TokenRefusal(
            testDescription: "scope without .default",
            form: ["scope": "https://graph.microsoft.com/User.Read"],
            status: 400,
            error: "invalid_scope",
            number: 70_011
        ),
        TokenRefusal(
            testDescription: "scope is .default of nothing",
            form: ["scope": "/.default"],
            status: 400,
            error: "invalid_scope",
            number: 70_011
        ),
        TokenRefusal(
            testDescription: "two scopes",
            form: ["scope": "openid https://graph.microsoft.com/.default"],
            status: 400,
            error: "invalid_scope",
            number: 70_011
        ),
        TokenRefusal(
            testDescription: "scope missing",
            form: ["scope": ""],
            status: 400,
            error: "invalid_request",
            number: 900_144
        ),
        TokenRefusal(
            testDescription: "grant type missing",
            form: ["grant_type": ""],
            status: 400,
            error: "invalid_request",
            number: 900_144
        ),
        TokenRefusal(
            testDescription: "grant type unknown",
            form: ["grant_type": "password"],
            status: 400,
            error: "unsupported_grant_type",
            number: 70_003
        ),
        TokenRefusal(
            testDescription: "resource of another cloud",
            form: ["scope": "https://graph.microsoft.us/.default"],
            settings: ["resources": ["https://graph.microsoft.com"]],
            status: 400,
            error: "invalid_resource",
            number: 500_011
        ),
        TokenRefusal(
            testDescription: "application disabled",
            settings: ["disabled": true],
            status: 400,
            error: "unauthorized_client",
            number: 7_000_112
        ),
        TokenRefusal(
            testDescription: "no service principal",
            settings: ["servicePrincipalMissing": true],
            status: 401,
            error: "invalid_client",
            number: 7_000_229
        ),
    ]

    @Test("A token request that is wrong gets Entra's own answer", arguments: refusals)
    func refusal(_ row: TokenRefusal) throws {
        let emulator = try EmulatorProgram()
        try emulator.settings(row.settings)
        var form = EmulatorProgram.goodForm
        for (name, value) in row.form { form[name] = value.isEmpty ? nil : value }
        let answer = try emulator.tokenAnswer(form, tenant: row.tenant)
        #expect(answer.status == row.status)
        let body = answer.json
        #expect(body["error"]?.text == row.error)
        #expect(body["error_codes"] == [.whole(row.number)])
        let description = try #require(body["error_description"]?.text)
        #expect(description.hasPrefix("AADSTS\(row.number): "))
        #expect(description.contains("\r\nTrace ID: ") && description.contains("\r\nTimestamp: "))
        #expect(body["error_uri"]?.text == "https://login.microsoftonline.com/error?code=\(row.number)")
        #expect(body["trace_id"]?.text?.count == 36 && body["correlation_id"]?.text?.count == 36)
        #expect(body["timestamp"]?.text?.hasSuffix("Z") == true)
        #expect(!description.contains(EmulatorProgram.secret))
    }

    @Test("A good request gets a bearer token of the documented shape")
    func success() throws {
        let emulator = try EmulatorProgram()
        let answer = try emulator.tokenAnswer(EmulatorProgram.goodForm)
        #expect(answer.status == 200)
        #expect(answer["content-type"] == "application/json; charset=utf-8")
        #expect(answer.json["token_type"]?.text == "Bearer")
        #expect(answer.json["expires_in"]?.whole == 3_599)
        #expect(answer.json["ext_expires_in"]?.whole == 3_599)
        let parts = try #require(answer.json["access_token"]?.text).split(separator: ".")
        #expect(parts.count == 3)
        let claims = try #require(base64URLDecoded(parts[1]).flatMap { JSON($0) })
        #expect(claims["roles"]?.texts == ["Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"])
        #expect(claims["tid"]?.text == EmulatorProgram.tenant)
        #expect(claims["appid"]?.text == EmulatorProgram.client)
        let lifetime = try #require(claims["exp"]?.whole) - (try #require(claims["iat"]?.whole))
        #expect(lifetime == 3_900)
    }

    @Test("The lifetime may come as a string, as some endpoints write it")
    func lifetimeAsText() throws {
        let emulator = try EmulatorProgram()
        try emulator.settings(["expiresInAsText": true, "tokenLifetime": 600])
        #expect(try emulator.tokenAnswer(EmulatorProgram.goodForm).json["expires_in"]?.text == "600")
    }

    @Test("The secret may also come by Basic, both halves form-encoded")
    func basic() throws {
        let emulator = try EmulatorProgram()
        try emulator.settings(["secrets": ["a b:c%"]])
        let pair = Data("\(EmulatorProgram.client):a+b%3Ac%25".utf8).base64EncodedString()
        let form = encoded(["grant_type": "client_credentials", "scope": "https://graph.microsoft.com/.default"])
        let answer = try emulator.client.answer(
            "POST",
            "/\(EmulatorProgram.tenant)/oauth2/v2.0/token",
            headers: ["Content-Type: application/x-www-form-urlencoded", "Authorization: Basic \(pair)"],
            body: Array(form.utf8)
        )
        #expect(answer.status == 200)
    }

    @Test("A form in the wrong content type has no fields, and only POST is taken")
    func wrongType() throws {
        let emulator = try EmulatorProgram()
        let path = "/\(EmulatorProgram.tenant)/oauth2/v2.0/token"
        let body = Array(encoded(EmulatorProgram.goodForm).utf8)
        let typed = try emulator.client.answer("POST", path, headers: ["Content-Type: application/json"], body: body)
        #expect(typed.json["error_codes"] == [900_144])
        let got = try emulator.client.answer("GET", path)
        #expect(got.json["error_codes"] == [900_561])
    }

    @Test("The claims a client passes on are in the log")
    func claims() throws {
        let emulator = try EmulatorProgram()
        var form = EmulatorProgram.goodForm
        form["claims"] = #"{"access_token":{}}"#
        _ = try emulator.tokenAnswer(form)
        #expect(try emulator.log().first?["claims"]?.text == #"{"access_token":{}}"#)
    }
}
