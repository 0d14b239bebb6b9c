import Kit
import Testing

@testable import Entra
@testable import Grants

@Suite("The words of a verdict")
struct VerdictWordsTests {
    private let now = Timestamp(seconds: 1_700_000_000)

    private func detail(_ operation: GraphOperation, _ status: Int, _ headers: [HTTPHeader] = [], _ body: String)
        -> String
    {
        let reply = HTTPReply(status: status, headers: HTTPHeaders(headers), body: Array(body.utf8))
        return verdict(on: .success(reply), to: operation, now: now).error.detail
    }

    @Test("a wrong secret is told by what it is, without the trace lines")
    func wrongSecret() {
        let body = #"""
            {"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 11\r\nCorrelation ID: 22","error_codes":[7000215],"trace_id":"11"}
            """#
        let detail = detail(.token, 401, [], body)
        #expect(detail.contains("401 invalid_client AADSTS7000215"))
        #expect(detail.contains("not its Secret ID"))
        #expect(detail.contains("Entra says: AADSTS7000215: Invalid client secret provided."))
        #expect(!detail.contains("Trace ID"))
        let reply = HTTPReply(status: 401, body: Array(body.utf8))
        #expect(verdict(on: .success(reply), to: .token, now: now).error.graphRequestId == "11")
    }

    @Test("Graph's code and message are quoted, cleaned and cut")
    func graphWords() {
        let long = String(repeating: "x", count: 5_000)
        let detail = detail(
            .patch,
            400,
            [],
            #"{"error":{"code":"BadRequest","message":"1042:\u0007 Unexpected\r\n\#(long)"}}"#
        )
        #expect(detail.contains("Graph answered 400 BadRequest: 1042: Unexpected xxx"))
        #expect(detail.count < 500)
    }

    @Test("the request id comes from the header, else from the body, in either spelling")
    func requestId() {
        for (headers, body, expected) in [
            ([HTTPHeader("request-id", "h")], #"{"error":{"code":"C","innerError":{"request-id":"b"}}}"#, "h"),
            ([], #"{"error":{"code":"C","innerError":{"request-id":"b","date":"2022-11-24T01:31:47"}}}"#, "b"),
            ([], #"{"error":{"code":"C","message":{"value":"m"},"innererror":{"request-id":"b"}}}"#, "b"),
            ([], "\u{FEFF}" + #"{"error":{"code":"C","details":{},"innerError":{"request-id":"b"}}}"#, "b"),
            ([HTTPHeader("x-ms-request-id", "ests")], "", "ests"),
        ] {
            let reply = HTTPReply(status: 500, headers: HTTPHeaders(headers), body: Array(body.utf8))
            #expect(verdict(on: .success(reply), to: .get, now: now).error.graphRequestId == expected)
        }
    }

    @Test("a protected action is told apart from a missing permission")
    func protectedAction() {
        let detail = detail(
            .patch,
            403,
            [],
            #"{"error":{"code":"AccessDenied","message":"Operation requires conditional access and client does not support it."}}"#
        )
        #expect(detail.contains("protected action"))
        #expect(!detail.contains("Policy.Read.All"))
    }

    @Test("a redirect says where it points")
    func redirect() {
        let detail = detail(.get, 302, [HTTPHeader("Location", "https://portal.example/login\u{202E}x")], "")
        #expect(detail.contains("https://portal.example/login x"))
    }

    @Test(
        "certificate failures say what is wrong and what to do",
        arguments: [
            (10, "expired"), (9, "not valid yet"), (18, "self-signed"), (19, "root"), (20, "issuer"), (1, "host name"),
            (66, "too short"), (4_711, "4711"),
        ]
    )
    func certificate(verifyResult: Int, word: String) {
        let failure = TransportFailure(.tls, .tls, curlCode: 60, verifyResult: verifyResult, message: "SSL")
        #expect(ReplyVerdict(failure, to: .get).error.detail.contains(word))
    }

    @Test("every AADSTS number that we know has one sentence or two, and they end")
    func sentences() {
        let thousands = [28, 40, 50, 53, 65, 70, 90, 500, 530, 650, 700, 900, 1_002, 7_000, 9_002]
        let known = thousands.flatMap { ($0 * 1_000..<($0 + 1) * 1_000).compactMap(EntraNumber.sentence) }
        #expect(Set(known).count > 25)
        for sentence in Set(known) {
            #expect(sentence.hasSuffix(".") && sentence.count < 130, "\(sentence)")
        }
    }
}
