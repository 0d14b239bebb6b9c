import Entra
import Kit
import Testing

@testable import Grants

@Suite("Headers that say something", .ownThread)
struct HeaderTests {
    private let now = Timestamp(seconds: 784_111_777)  // Sun, 06 Nov 1994 08:49:37 GMT

    @Test(
        "Retry-After in each of its forms",
        arguments: [
            ("120", 120_000), ("0", 0), (" 7 ", 7_000), ("1.5", 1_500), ("0.0009", 0), ("3600", 3_600_000),
            ("86400", 3_600_000), ("99999999999999999999", 3_600_000), ("1.", 1_000),
            ("Sun, 06 Nov 1994 08:50:37 GMT", 60_000), ("Sunday, 06-Nov-94 08:50:37 GMT", 60_000),
            ("Sun Nov  6 08:50:37 1994", 60_000), ("Sun, 06 Nov 1994 08:00:00 GMT", 0),
            ("Mon, 07 Nov 1994 08:50:37 GMT", 3_600_000),
            ("-1", nil), ("+1", nil), ("1e3", nil), ("", nil), ("soon", nil), (".5", nil), ("1.2.3", nil), ("١", nil),
            ("Sun, 31 Feb 1994 08:50:37 GMT", nil), ("Sun, 06 Nov 1994 25:50:37 GMT", nil),
        ] as [(String, Int?)]
    )
    func retryAfter(text: String, milliseconds: Int?) {
        let headers = HTTPHeaders([HTTPHeader("retry-after", text)])
        #expect(RetryAfter.delay(in: headers, now: now) == milliseconds.map { .milliseconds($0) })
    }

    @Test("a date is measured by the server's clock where it tells its time")
    func serverClock() {
        let headers = HTTPHeaders([
            HTTPHeader("Date", "Sun, 06 Nov 1994 08:50:00 GMT"),
            HTTPHeader("Retry-After", "Sun, 06 Nov 1994 08:50:10 GMT"),
        ])
        #expect(RetryAfter.delay(in: headers, now: Timestamp(seconds: 0)) == .seconds(10))
    }

    @Test(
        "HTTP dates",
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Fri, 31 Dec 2100 23:59:60 GMT", 4_133_980_799), ("Thursday, 01-Jan-26 00:00:00 GMT", 1_767_225_600),
            ("Sun, 06 Nov 1994 08:49:37 CET", nil), ("1994-11-06T08:49:37Z", nil), ("", nil),
            ("Sun, 06 nov 1994 08:49:37 GMT", nil), ("Sun, 6 Nov 94 8:49:37 GMT", nil),
        ] as [(String, Int64?)]
    )
    func dates(text: String, seconds: Int64?) {
        #expect(Timestamp(httpDate: text) == seconds.map(Timestamp.init(seconds:)))
    }

    private static let json = #"{"access_token":{"acrs":{"essential":true,"value":"cp1"}}}"#
    private static let base64 =
        "eyJhY2Nlc3NfdG9rZW4iOnsiYWNycyI6eyJlc3NlbnRpYWwiOnRydWUsInZhbHVlIjoiY3AxIn19fQ=="

    @Test(
        "a claims challenge is found in any order and any of several headers",
        arguments: [
            ([#"Bearer realm="", error="insufficient_claims", claims="\#(base64)""#], json),
            ([#"Bearer claims="\#(base64)", realm="", error="insufficient_claims""#], json),
            ([#"Bearer realm="a\"claims=\"b", Claims="\#(base64)""#], json),
            (["Basic realm=x", "Bearer claims=\(base64.dropLast(2))"], json),
            ([#"Bearer realm="", authorization_uri="https://login.example/authorize", client_id="0000""#], nil),
            ([#"Bearer claims="!!!""#], nil),
            ([#"Bearer claims="bm90IGpzb24=""#], nil),
            ([#"Bearer claims="WzFd""#], nil),
            ([#"Bearer claims=""#, "", "=", #"claims="\"#], nil),
            ([], nil),
        ] as [([String], String?)]
    )
    func challenge(values: [String], expected: String?) {
        let headers = HTTPHeaders(values.map { HTTPHeader("WWW-Authenticate", $0) } + [HTTPHeader("request-id", "r")])
        #expect(ClaimsChallenge.claims(in: headers) == expected)
        let verdict = verdict(on: .success(HTTPReply(status: 401, headers: headers)), to: .patch, now: now)
        #expect(verdict.dropsToken)
        #expect(verdict.claims == expected)
    }
}
