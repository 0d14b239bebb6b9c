import Kit
import Testing

@testable import Entra
@testable import Grants

@Suite("Answers that nobody would write", .ownThread)
struct ReplyFuzzTests {
    private static let seeds: [String] = [
        ##"{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"x","isTrusted":true,"ipRanges":[{"cidrAddress":"192.0.2.0/32"}]}"##,
        #"{"error":{"code":"BadRequest","message":"1042: x","innerError":{"request-id":"7011ef39","date":"2022-11-24T01:31:47"}}}"#,
        #"{"error":"invalid_client","error_description":"AADSTS7000215: x\r\nTrace ID: 1","error_codes":[7000215]}"#,
        #"{"token_type":"Bearer","expires_in":"3599","access_token":"eyJ0eXAi"}"#,
        "<html><body>Sign in</body></html>", "",
    ]
    private static let names = ["Retry-After", "WWW-Authenticate", "Content-Type", "request-id", "Location", "Date"]
    private static let values = [
        "10", "Sun, 06 Nov 1994 08:49:37 GMT", #"Bearer claims="eyJhIjoxfQ==""#, "text/html", "application/json",
        "7011ef39",
    ]

    @Test("always a verdict, always one line, never a crash", arguments: 0..<8 as Range<UInt64>)
    func fuzz(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<1_500 {
            let reply = HTTPReply(
                status: Self.statuses.randomElement(using: &random) ?? 0,
                headers: HTTPHeaders(
                    (0..<Int.random(in: 0...3, using: &random)).map { _ in
                        HTTPHeader(
                            Self.names.randomElement(using: &random) ?? "",
                            String(decoding: mutated(Self.values, &random), as: UTF8.self)
                        )
                    }
                ),
                body: mutated(Self.seeds, &random)
            )
            for operation in GraphOperation.allCases { expectVerdict(reply, operation) }
        }
    }

    private static let statuses =
        [
            0, 100, 200, 201, 202, 204, 206, 302, 400, 401, 403, 404, 407, 408, 409, 418, 423, 429, 500, 503, 599, 999,
            -1,
        ]

    private func expectVerdict(_ reply: HTTPReply, _ operation: GraphOperation) {
        let now = Timestamp(seconds: 1_700_000_000)
        let verdict: ReplyVerdict?
        do throws(ReplyVerdict) {
            switch operation {
            case .token: _ = try TokenReply.read(.success(reply), now: now)
            case .get: _ = try NamedLocation.read(.success(reply), now: now)
            case .keys:
                _ = try DiscoveryDocument.read(.success(reply), from: "https://login.example/x", now: now)
                _ = try WebKeySet.read(.success(reply), now: now)
            case .groups: _ = try GraphPage.groups(.success(reply), now: now)
            case .patch: if let refusal = NamedLocationPatch.refusal(.success(reply), now: now) { throw refusal }
            }
            verdict = nil
        } catch {
            verdict = error
        }
        guard let verdict else { return #expect((200...204).contains(reply.status)) }
        #expect(!verdict.error.detail.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F })
        #expect(verdict.error.detail.count < 900)
        if let wait = verdict.retryAfter { #expect(wait >= .zero && wait <= RetryAfter.limit) }
    }

    /// One of the seeds with a few bytes changed, cut, doubled or thrown in.
    private func mutated(_ seeds: [String], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = Array((seeds.randomElement(using: &random) ?? "").utf8)
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0...4, using: &random) {
            case 0 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes = Array(bytes[..<place])
            case 2: bytes.insert(contentsOf: bytes[..<place], at: place)
            case 3: bytes.insert(contentsOf: Array("[{\"\\u0000\u{202E}".utf8), at: place)
            default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            }
        }
        return bytes
    }
}
