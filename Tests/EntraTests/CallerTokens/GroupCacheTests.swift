import Grants
import Kit
import Testing

@testable import Entra

@Suite("Groups asked of Graph")
struct GroupCacheTests {
    private static let zero = ContinuousClock.now
    private let token = AccessToken(Secret("our-own"), receivedAt: .now, lifetime: .seconds(3_600))
    private let alice = GroupMember(kind: .user, objectId: "a")
    private let date = Timestamp(seconds: 1_795_000_000)

    private func cache(_ duration: Duration = .seconds(1_800), configured: Set<String> = ["g1", "g2"]) -> GroupCache {
        GroupCache(
            GraphRequests(graph: "https://graph.example/"), configured: configured, duration: duration,
            at: Self.zero)
    }

    private func at(_ seconds: Double) -> ContinuousClock.Instant { Self.zero + .seconds(seconds) }

    private func answer(_ body: String, _ status: Int = 200) -> Result<HTTPReply, TransportFailure> {
        .success(HTTPReply(status: status, body: Array(body.utf8)))
    }

    private func request(_ cache: inout GroupCache, at seconds: Double) -> (member: GroupMember, request: HTTPRequest)?
    {
        cache.request(now: at(seconds), token: token, clientRequestId: "id")
    }

    private func sent(_ cache: inout GroupCache, at seconds: Double) throws -> (
        member: GroupMember, request: HTTPRequest
    ) {
        let found = request(&cache, at: seconds)
        return try #require(found)
    }

    @Test("one request a caller and cache lifetime, built from the object id alone")
    func once() throws {
        var cache = cache()
        #expect(cache.opensAt == nil)
        for _ in 0..<3 { #expect(cache.groups(of: alice, since: at(1), at: at(1)) == .waits) }
        let (member, request) = try sent(&cache, at: 1)
        #expect(request.method == .post)
        #expect(request.url == "https://graph.example/v1.0/users/a/getMemberGroups")
        #expect(request.accessToken == token.secret)
        #expect(cache.groups(of: alice, since: at(1.5), at: at(1.5)) == .waits)
        #expect(self.request(&cache, at: 9) == nil)
        try cache.receive(answer(#"{"value":["G2","other"]}"#), of: member, now: at(2), date: date)
        #expect(cache.groups(of: alice, since: at(1), at: at(2)) == .groups(["g2"]))
        #expect(cache.groups(of: alice, since: at(1_800), at: at(1_800.9)) == .groups(["g2"]))
        #expect(cache.opensAt == nil)
        #expect(cache.groups(of: alice, since: at(1_801), at: at(1_801)) == .waits)
        let principal = GroupMember(kind: .servicePrincipal, objectId: "a")
        #expect(cache.groups(of: principal, since: at(3), at: at(3)) == .waits)
        _ = try sent(&cache, at: 1_801)
        #expect(
            try sent(&cache, at: 1_802).request.url
                == "https://graph.example/v1.0/servicePrincipals/a/getMemberGroups")
    }

    @Test("without a cache each new request asks, and the one that asked is answered")
    func noCache() throws {
        var cache = cache(.zero)
        #expect(cache.groups(of: alice, since: at(1), at: at(1)) == .waits)
        let (member, _) = try sent(&cache, at: 1)
        #expect(cache.groups(of: alice, since: at(1.5), at: at(1.5)) == .waits)
        try cache.receive(answer(#"{"value":["g1"]}"#), of: member, now: at(2), date: date)
        #expect(cache.groups(of: alice, since: at(1), at: at(2)) == .groups(["g1"]))
        #expect(cache.groups(of: alice, since: at(1.5), at: at(2)) == .waits)
    }

    @Test("ten a second, and no more than eight under way")
    func gate() throws {
        var cache = cache()
        for number in 0..<30 {
            let member = GroupMember(kind: .user, objectId: "m\(number)")
            _ = cache.groups(of: member, since: at(0), at: at(0))
        }
        var sent: [GroupMember] = []
        for tick in 0..<100 {
            if let (member, _) = request(&cache, at: Double(tick) / 100) { sent.append(member) }
        }
        #expect(sent.count == 8)
        for member in sent { try cache.receive(answer(#"{"value":[]}"#), of: member, now: at(1), date: date) }
        sent = []
        for tick in 100..<150 {
            if let (member, _) = request(&cache, at: Double(tick) / 100) { sent.append(member) }
        }
        #expect(sent.count == 5)
    }

    @Test("pages are followed on Graph itself and nowhere else")
    func pages() throws {
        var cache = cache()
        _ = cache.groups(of: alice, since: at(0), at: at(0))
        _ = try sent(&cache, at: 0)
        let next = "https://graph.example/v1.0/x?$skiptoken=1"
        try cache.receive(
            answer(#"{"value":["g1"],"@odata.nextLink":"\#(next)"}"#), of: alice, now: at(1), date: date)
        #expect(cache.groups(of: alice, since: at(0), at: at(1)) == .waits)
        let second = try sent(&cache, at: 1).request
        #expect(second.url == next && second.method == .get)
        try cache.receive(answer(#"{"value":["g2"]}"#), of: alice, now: at(2), date: date)
        #expect(cache.groups(of: alice, since: at(0), at: at(2)) == .groups(["g1", "g2"]))

        for link in ["https://evil.example/v1.0/x", "https://graph.example.evil/v1.0/", "http://graph.example/v1.0/"] {
            var cache = self.cache()
            _ = cache.groups(of: alice, since: at(0), at: at(0))
            _ = try sent(&cache, at: 0)
            let body = #"{"value":["g1"],"@odata.nextLink":"\#(link)"}"#
            #expect {
                try cache.receive(answer(body), of: alice, now: at(1), date: date)
            } throws: { ($0 as? ReplyVerdict)?.code == .entra054 }
            #expect(cache.groups(of: alice, since: at(0), at: at(1)) == .waits)
        }
    }

    @Test("nobody is let in while the groups cannot be learnt", arguments: [500, 429, 403, 401, 400, 302])
    func failing(status: Int) throws {
        var cache = cache()
        _ = cache.groups(of: alice, since: at(0), at: at(0))
        _ = try sent(&cache, at: 0)
        #expect(throws: ReplyVerdict.self) {
            try cache.receive(
                answer(#"{"error":{"code":"c","message":"m"}}"#, status), of: alice, now: at(1), date: date)
        }
        #expect(cache.groups(of: alice, since: at(0), at: at(1)) == .waits)
        let (member, _) = try sent(&cache, at: 2)
        try cache.receive(answer(#"{"value":["g1"]}"#), of: member, now: at(3), date: date)
        #expect(cache.groups(of: alice, since: at(0), at: at(3)) == .groups(["g1"]))
    }

    @Test("who is unknown to Entra, or in too many groups, is refused, and asked for anew the next time")
    func refused() throws {
        let many = (0...GroupCache.mostGroups).map { "\"x\($0)\"" }.joined(separator: ",")
        for (status, body, refusal) in [
            (
                404, #"{"error":{"code":"Request_ResourceNotFound","message":"m"}}"#,
                CallerRefusal.unknownToDirectory("a")
            ),
            (400, #"{"error":{"code":"Directory_ResultSizeLimitExceeded","message":"m"}}"#, .tooManyGroups(11_000)),
            (200, "{\"value\":[\(many)]}", .tooManyGroups(GroupCache.mostGroups)),
        ] {
            var cache = cache()
            _ = cache.groups(of: alice, since: at(0), at: at(0))
            _ = try sent(&cache, at: 0)
            try cache.receive(answer(body, status), of: alice, now: at(1), date: date)
            #expect(cache.groups(of: alice, since: at(0), at: at(1)) == .refused(refusal))
            #expect(cache.groups(of: alice, since: at(2), at: at(2)) == .waits)
        }
    }
}
