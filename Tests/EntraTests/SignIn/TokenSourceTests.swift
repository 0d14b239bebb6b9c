import Grants
import Testing

@testable import Entra

@Suite("TokenSource")
struct TokenSourceTests {
    private static let start = ContinuousClock.now
    private let date = Timestamp(seconds: 1_700_000_000)
    private var source = TokenSource(
        TokenRequest(authority: "https://login.example", tenantId: "t", clientId: "c", graph: "https://graph.example"),
        credential: .secret { () throws(Failure) in Secret("s") }
    )

    private func at(_ seconds: Double) -> ContinuousClock.Instant {
        Self.start + .seconds(seconds)
    }

    private func given(_ token: String, life: Int) -> Result<HTTPReply, TransportFailure> {
        .success(HTTPReply(status: 200, body: Array(#"{"access_token":"\#(token)","expires_in":\#(life)}"#.utf8)))
    }

    private mutating func ask(_ seconds: Double, jitter: Double = 0) throws(Failure) -> HTTPRequest? {
        try source.request(now: at(seconds), date: date, jitter: jitter, clientRequestId: "r")
    }

    private mutating func obtain(_ token: String, life: Int, at seconds: Double, jitter: Double = 0) throws {
        #expect(try ask(seconds, jitter: jitter) != nil)
        try source.receive(given(token, life: life), now: at(seconds), date: date)
    }

    private func claims(_ request: HTTPRequest?) -> Bool {
        String(decoding: request?.body?.bytes ?? [], as: UTF8.self).contains("&claims=")
    }

    @Test("one request is in flight at a time, and a fresh token needs none")
    mutating func singleFlight() throws {
        #expect(source.needsRenewal(at: at(0)))
        #expect(try ask(0) != nil)
        #expect(source.isInFlight)
        #expect(try ask(0.1) == nil)
        try source.receive(given("A", life: 3_600), now: at(1), date: date)
        #expect(try ask(2) == nil)
        #expect(source.token(at: at(2))?.secret == Secret("A"))
    }

    @Test(
        "renewed at half of a short life, else ten minutes before the end, with jitter only ever earlier",
        arguments: [
            (600, 0.0, 300.0), (2_399, 0, 1_199.5), (2_400, 0, 1_800), (3_600, 0, 3_000), (86_400, 0, 85_800),
            (3_600, 1, 2_940), (3_600, 0.5, 2_970), (600, 1, 270), (3_600, 7, 2_940), (3_600, -1, 3_000),
        ]
    )
    mutating func renewal(life: Int, jitter: Double, age: Double) throws {
        try obtain("A", life: life, at: 0, jitter: jitter)
        #expect(!source.needsRenewal(at: at(age - 0.001)))
        #expect(source.needsRenewal(at: at(age)))
        #expect(source.token(at: at(age)) != nil)
    }

    @Test("expiry counts from receipt, not from the request")
    mutating func expiry() throws {
        _ = try ask(0)
        try source.receive(given("A", life: 100), now: at(30), date: date)
        #expect(source.token(at: at(129.9)) != nil)
        #expect(source.token(at: at(130)) == nil)
    }

    @Test("the old token serves for as long as it lives while renewal fails")
    mutating func failingRenewal() throws {
        try obtain("A", life: 3_600, at: 0)
        for second in [3_000.0, 3_200, 3_599] {
            #expect(try ask(second) != nil)
            let failure = TransportFailure(.timeout, .tcp, curlCode: 28)
            let verdict = #expect(throws: ReplyVerdict.self) {
                try source.receive(.failure(failure), now: at(second), date: date)
            }
            #expect(verdict?.code == .entra004)
            #expect(source.token(at: at(second))?.secret == Secret("A"))
        }
        #expect(source.token(at: at(3_600)) == nil)
        try obtain("B", life: 3_600, at: 3_700)
        #expect(source.token(at: at(3_700))?.secret == Secret("B"))
    }

    @Test("a refused token is never used again, and its challenge goes along until a token came of it")
    mutating func drop() throws {
        try obtain("A", life: 3_600, at: 0)
        let refused = try #require(source.token(at: at(1)))
        source.drop(refused, claims: #"{"a":1}"#)
        #expect(source.token(at: at(1)) == nil)
        #expect(claims(try ask(1)))
        #expect(throws: ReplyVerdict.self) {
            try source.receive(.success(HTTPReply(status: 503)), now: at(2), date: date)
        }
        #expect(claims(try ask(3)))
        try source.receive(given("B", life: 3_600), now: at(4), date: date)
        source.drop(refused)
        #expect(source.token(at: at(5))?.secret == Secret("B"), "the refusal was of the token before")
        #expect(!claims(try ask(3_900)))
    }

    @Test("after a reload the token serves on, if it is for the same app and address")
    mutating func inherit() throws {
        try obtain("A", life: 3_600, at: 0)
        func other(_ client: String) -> TokenSource {
            TokenSource(
                TokenRequest(
                    authority: "https://login.example", tenantId: "t", clientId: client, graph: "https://graph.example"),
                credential: .secret { () throws(Failure) in Secret("s") })
        }
        var (next, last) = (other("a"), other("b"))
        _ = try next.request(now: at(0), date: date, jitter: 0, clientRequestId: "id")
        try next.receive(given("A", life: 3_600), now: at(0), date: date)
        var same = other("a")
        same.inherit(next)
        #expect(same.token(at: at(1))?.secret == Secret("A") && !same.needsRenewal(at: at(1)))
        last.inherit(next)
        #expect(last.token(at: at(1)) == nil)
    }

    @Test("a credential that cannot be loaded is the error, and blocks nothing afterwards")
    func credential() throws {
        let request = TokenRequest(
            authority: "https://login.example",
            tenantId: "t",
            clientId: "c",
            graph: "https://graph.example"
        )
        var source = TokenSource(
            request,
            credential: .secret { () throws(Failure) in throw Failure(.entra001, "The secret file is empty.") }
        )
        for _ in 0..<2 {
            let error = #expect(throws: Failure.self) {
                try source.request(now: Self.start, date: date, jitter: 0, clientRequestId: "r")
            }
            #expect(error?.code == .entra001)
        }
        #expect(!source.isInFlight)
    }

    @Test("whatever happens: never a dead token, never two flights, never a dropped token again")
    func properties() throws {
        for seed in 0..<200 as Range<UInt64> {
            var random = Random(state: seed)
            var source = self.source
            var (now, flights, count) = (0.0, 0, 0)
            var dropped: Set<String> = []
            for _ in 0..<200 {
                now += Double(random.next() % 1_000)
                switch random.next() % 4 {
                case 0:
                    if try source.request(now: at(now), date: date, jitter: 0.3, clientRequestId: "r") != nil {
                        flights += 1
                    }
                case 1 where flights > 0:
                    flights -= 1
                    count += 1
                    let life = Int(random.next() % 5_000) + 1
                    try source.receive(given("T\(count)", life: life), now: at(now), date: date)
                case 2 where flights > 0:
                    flights -= 1
                    try? source.receive(.success(HTTPReply(status: 500)), now: at(now), date: date)
                default:
                    guard let token = source.token(at: at(now)) else { break }
                    dropped.insert(token.secret.revealed)
                    source.drop(token)
                }
                #expect(flights <= 1)
                #expect(source.isInFlight == (flights == 1))
                if let token = source.token(at: at(now)) {
                    #expect(token.expiresAt > at(now))
                    #expect(!dropped.contains(token.secret.revealed))
                } else {
                    #expect(source.needsRenewal(at: at(now)))
                }
            }
        }
    }

    @Test("no way of printing it shows a token or a secret")
    mutating func redaction() throws {
        try obtain("hunter2", life: 3_600, at: 0)
        var dumped = ""
        dump(source, to: &dumped)
        #expect(!(dumped + "\(source)" + String(reflecting: source)).contains("hunter2"))
    }

    private struct Random {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
    }
}
