import Kit
import Testing

@testable import Entra
@testable import Grants

@Suite("Secrets stay secret")
struct RedactionTests {
    private static let word = "hunter2"
    private static let request = TokenRequest(
        authority: "https://login.example",
        tenantId: "t",
        clientId: "c",
        graph: "https://graph.example"
    ).request(proof: .clientSecret(Secret(word)), claims: nil, clientRequestId: "r")
    private static let reply = HTTPReply(
        status: 200,
        headers: HTTPHeaders([HTTPHeader("Set-Cookie", word)]),
        body: Array(word.utf8)
    )

    /// Everything that can hold one.
    private static let holders: [any Sendable] = [
        Secret(word), Secret(word) as Secret?, [Secret(word)], ["key": Secret(word)],
        AccessToken(Secret(word), receivedAt: .now, lifetime: .zero),
        HTTPBody.form([(name: "client_secret", value: Secret(word))]),
        HTTPRequest(.get, "https://graph.example/", accessToken: Secret(word)),
        request, request.body, reply, Result<HTTPReply, TransportFailure>.success(reply),
        TokenReply(token: Secret(word), lifetime: .seconds(1)),
        TokenRequest.Proof.clientSecret(Secret(word)), TokenRequest.Proof.assertion(Secret(word)),
    ]

    @Test("printed, interpolated, debugged or dumped", arguments: holders.indices)
    func redacted(index: Int) {
        let holder = Self.holders[index]
        var dumped = ""
        dump(holder, to: &dumped)
        let bytes = Array(Self.word.utf8).map(String.init).joined(separator: ", ")
        for text in [String(describing: holder), String(reflecting: holder), "\(holder)", dumped] {
            #expect(!text.contains(Self.word))
            #expect(!text.contains(bytes))
            #expect(!dumped.contains("- 104\n"))
        }
    }

    @Test("a verdict on an answer that holds a token does not repeat it")
    func verdicts() {
        for operation in GraphOperation.allCases {
            for status in [200, 302, 400, 401, 403, 500] {
                let body = Array(#"{"access_token":"\#(Self.word)","expires_in":"x"}"#.utf8)
                let verdict = verdict(
                    on: .success(HTTPReply(status: status, body: body)),
                    to: operation,
                    now: Timestamp(seconds: 0)
                )
                #expect(!"\(verdict)".contains(Self.word))
            }
        }
    }
}
