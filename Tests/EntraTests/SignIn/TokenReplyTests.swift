import Kit
import Testing

@testable import Entra
@testable import Grants

@Suite("The token endpoint on the wire")
struct TokenReplyTests {
    private let now = Timestamp(seconds: 1_700_000_000)

    private func read(_ body: String) throws(ReplyVerdict) -> TokenReply {
        try TokenReply.read(.success(HTTPReply(status: 200, body: Array(body.utf8))), now: now)
    }

    @Test(
        "a lifetime may be a number or text, and the type in any case",
        arguments: [
            #"{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"eyJ"}"#,
            #"{"token_type":"bearer","expires_in":"3599","expires_on":"1506484173","access_token":"eyJ"}"#,
            #"{"expires_in":3599.0,"access_token":"eyJ"}"#,
        ]
    )
    func lifetime(body: String) throws {
        #expect(try read(body) == TokenReply(token: Secret("eyJ"), lifetime: .seconds(3_599)))
    }

    @Test(
        "what holds no usable token is no answer of Entra's",
        arguments: [
            "", "{}", "<html>", #"{"access_token":"eyJ"}"#, #"{"expires_in":3599}"#,
            #"{"access_token":"","expires_in":3599}"#, #"{"access_token":"a\r\nb","expires_in":3599}"#,
            #"{"access_token":"eyJ","expires_in":0}"#, #"{"access_token":"eyJ","expires_in":-1}"#,
            #"{"access_token":"eyJ","expires_in":"soon"}"#,
            #"{"token_type":"mac","access_token":"eyJ","expires_in":1}"#,
        ]
    )
    func unusable(body: String) {
        let verdict = #expect(throws: ReplyVerdict.self) { _ = try read(body) }
        #expect(verdict?.code == .entra054)
        #expect(verdict?.error.detail.contains("eyJ") == false)
    }

    @Test("an absurd lifetime is cut to two days")
    func longLife() throws {
        #expect(try read(#"{"access_token":"eyJ","expires_in":1e300}"#).lifetime == .seconds(2 * 86_400))
    }

    @Test("the authority may end with the tenant or not")
    func endpoint() {
        for authority in [
            "https://login.microsoftonline.com", "https://login.microsoftonline.com/",
            "https://login.microsoftonline.com/T-1/", "https://login.microsoftonline.com/t-1",
        ] {
            let request = TokenRequest(
                authority: authority,
                tenantId: "t-1",
                clientId: "c",
                graph: "https://graph.microsoft.com/"
            )
            #expect(request.endpoint.lowercased() == "https://login.microsoftonline.com/t-1/oauth2/v2.0/token")
            #expect(request.scope == "https://graph.microsoft.com/.default")
        }
    }

    @Test("the form escapes whatever a secret may hold")
    func form() {
        let request = TokenRequest(
            authority: "https://login.example",
            tenantId: "t",
            clientId: "c",
            graph: "https://graph.example"
        ).request(proof: .clientSecret(Secret("a+b&c=d%é~")), claims: #"{"a":1}"#, clientRequestId: "r")
        #expect(
            String(decoding: request.body?.bytes ?? [], as: UTF8.self)
                == "client_id=c&scope=https%3A%2F%2Fgraph.example%2F.default&grant_type=client_credentials"
                + "&client_secret=a%2Bb%26c%3Dd%25%C3%A9~&claims=%7B%22a%22%3A1%7D"
        )
        #expect(request.method == .post)
        #expect(request.body?.contentType == "application/x-www-form-urlencoded")
    }

    @Test("base64url goes there and back, and takes the standard alphabet too")
    func base64() {
        for count in 0..<40 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 251 &+ 250) }
            let text = Base64URL.encode(bytes)
            #expect(!text.contains { "+/=".contains($0) })
            #expect(Base64URL.decode(text) == bytes)
        }
        #expect(Base64URL.decode("-_8=") == [0xFB, 0xFF])
        #expect(Base64URL.decode("+/8") == [0xFB, 0xFF])
        for bad in ["a", "a b=", "ä", "abc\n"] { #expect(Base64URL.decode(bad) == nil, "\(bad)") }
    }
}
