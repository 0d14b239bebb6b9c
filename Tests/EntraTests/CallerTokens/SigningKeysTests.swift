import Grants
import Kit
import Testing

@testable import Entra

private typealias World = TokenWorld

@Suite("Entra's signing keys")
struct SigningKeysTests {
    private func keys(_ cacheDuration: Duration = .seconds(3_600)) -> SigningKeys {
        SigningKeys(metadataAddress: World.metadata, cacheDuration: cacheDuration, at: World.zero)
    }

    private func token(_ key: TestTokenKey, id: String? = nil) throws -> CallerToken {
        try CallerToken(parsing: World.token(header: ["kid": "\"\(id ?? key.name)\""], by: key))
    }

    private func check(_ keys: inout SigningKeys, _ token: CallerToken, at seconds: Double, since: Double? = nil)
        -> SigningKeys.Proof
    {
        keys.check(token, since: World.at(since ?? seconds), at: World.at(seconds))
    }

    private func isGenuine(_ check: SigningKeys.Proof) -> Bool {
        if case .genuine = check { true } else { false }
    }

    private func fail(_ keys: inout SigningKeys, at seconds: Double) {
        #expect(keys.request(now: World.at(seconds), clientRequestId: "") != nil)
        #expect {
            try keys.receive(.failure(TransportFailure(.connect, .tcp)), date: World.date)
        } throws: { ($0 as? ReplyVerdict)?.code == .entra000 && ($0 as? ReplyVerdict)?.remedy == .tryAgain }
    }

    @Test("the first fetch is due at once: the document, then the keys, one request at a time")
    func first() throws {
        var keys = keys()
        let token = try token(.one)
        #expect(keys.wakesAt == World.zero)
        let sent = keys.request(now: World.at(0), clientRequestId: "id")
        let first = try #require(sent)
        #expect(first.url == World.metadata && first.method == .get && first.accessToken == nil)
        #expect(keys.request(now: World.at(9), clientRequestId: "id") == nil)
        #expect(check(&keys, token, at: 1) == .waits(nil))
        var isRefreshed = try keys.receive(World.discovery, date: World.date)
        #expect(!isRefreshed)
        let sentNext = keys.request(now: World.at(2), clientRequestId: "id")
        let second = try #require(sentNext)
        #expect(second.url == "https://login.example/keys")
        isRefreshed = try keys.receive(World.keySet(TestTokenKey.one.json(.numbers)), date: World.date)
        #expect(isRefreshed)
        #expect(isGenuine(check(&keys, token, at: 3)))
        #expect(keys.wakesAt == nil)
    }

    @Test("keys that were never fetched are a failure of transport, and come when Entra is back")
    func unreachable() throws {
        var keys = keys()
        let token = try token(.one)
        for second in 0..<5 {
            #expect(check(&keys, token, at: Double(second), since: 0) == .waits(nil))
            fail(&keys, at: Double(second))
        }
        try World.fetch(&keys, at: 600, World.keySet(TestTokenKey.one.json(.certificate)))
        #expect(isGenuine(check(&keys, token, at: 601, since: 0)))
    }

    @Test("old keys are fetched anew before they are used, and go on being good while that fails")
    func stale() throws {
        var keys = keys(.seconds(100))
        let token = try token(.one)
        let set = World.keySet(try TestTokenKey.one.json(.numbers))
        try World.fetch(&keys, at: 0, set)
        #expect(isGenuine(check(&keys, token, at: 99)))
        #expect(check(&keys, token, at: 100) == .waits(nil))
        fail(&keys, at: 100)
        #expect(isGenuine(check(&keys, token, at: 101, since: 100)))
        #expect(isGenuine(check(&keys, token, at: 5_000)))
        #expect(keys.wakesAt.map { $0 <= World.at(101) } ?? false, "it is still due")
        try World.fetch(&keys, at: 5_001, World.keySet(try TestTokenKey.two.json(.numbers)))
        #expect(!isGenuine(check(&keys, token, at: 5_002)))
        #expect(isGenuine(check(&keys, try self.token(.two), at: 5_002)))
    }

    @Test("without a cache each token wants keys fetched after it came, and a second's tokens share a fetch")
    func noCache() throws {
        var keys = keys(.zero)
        let token = try token(.one)
        let set = World.keySet(try TestTokenKey.one.json(.numbers))
        try World.fetch(&keys, at: 0, set)
        #expect(check(&keys, token, at: 0.5) == .waits(nil))
        #expect(keys.request(now: World.at(0.9), clientRequestId: "") == nil)
        #expect(keys.wakesAt == World.at(1))
        try World.fetch(&keys, at: 1, set)
        #expect(isGenuine(check(&keys, token, at: 1.1, since: 0.5)))
        #expect(check(&keys, token, at: 1.2) == .waits(nil))
    }

    @Test("a bad signature by a known key fails at once with young keys, and forces a fetch with old ones")
    func badSignature() throws {
        var keys = keys()
        let forged = try token(.foreign, id: "one")
        let refused = SigningKeys.Proof.refused(.signature(hasNonce: false))
        let set = World.keySet(try TestTokenKey.one.json(.numbers))
        try World.fetch(&keys, at: 0, set)
        #expect(check(&keys, forged, at: 299) == refused)
        #expect(check(&keys, forged, at: 300) == .waits(.signature(hasNonce: false)))
        fail(&keys, at: 300)
        #expect(check(&keys, forged, at: 301, since: 300) == refused)
        try World.fetch(&keys, at: 302, set)
        #expect(check(&keys, forged, at: 303, since: 300) == refused)
        #expect(check(&keys, forged, at: 601) == refused)
        #expect(check(&keys, forged, at: 602) == .waits(.signature(hasNonce: false)))
        // The same name for another key, as after an emergency: the fetch finds it.
        try World.fetch(&keys, at: 602, World.keySet(try TestTokenKey.foreign.json(.numbers, id: "one")))
        #expect(isGenuine(check(&keys, forged, at: 603, since: 602)))
    }

    @Test("two keys under one id are both tried, and one that is not for signatures is none")
    func sharedId() throws {
        let (one, two) = (try TestTokenKey.one, try TestTokenKey.two)
        func signed(by key: TestTokenKey, _ others: [String]) throws -> Bool {
            var keys = keys()
            _ = keys.request(now: World.zero, clientRequestId: "")
            try keys.receive(World.discovery, date: World.date)
            _ = keys.request(now: World.zero, clientRequestId: "")
            try keys.receive(World.reply("{\"keys\":[\(others.joined(separator: ","))]}"), date: World.date)
            return isGenuine(check(&keys, try token(key, id: "k"), at: 1))
        }
        let both = [try one.json(.numbers, id: "k"), try two.json(.certificate, id: "k")]
        for key in [one, two] { #expect(try signed(by: key, both)) }
        let other = try two.json(.numbers, id: "other")
        for (more, isTaken) in [
            (#","key_ops":["encrypt","wrapKey"]"#, false), (#","key_ops":[]"#, false),
            (#","key_ops":["verify"]"#, true),
        ] {
            #expect(try signed(by: one, [try one.json(.numbers, id: "k", more), other]) == isTaken, "\(more)")
        }
        let encrypting = try one.json(.numbers, id: "k").replacing(#""use":"sig""#, with: #""use":"enc""#)
        #expect(try !signed(by: one, [encrypting, other]))
    }

    @Test("unknown keys force one fetch in five minutes in all, and wait for the next")
    func unknownKeys() throws {
        var keys = keys()
        let set = World.keySet(try TestTokenKey.one.json(.numbers))
        let stranger = try token(.foreign)
        try World.fetch(&keys, at: 0, set)
        var (fetches, refused, waiting): (Int, Int, [Double]) = (0, 0, [])
        for tick in 0..<12_000 {  // 20 minutes, 1,000 strangers in the first
            let now = Double(tick) / 10
            if tick < 600, waiting.count + refused < 1_000 { waiting += [now, now] }
            waiting.removeAll { arrival in
                guard case .refused(.unknownKey) = check(&keys, stranger, at: now, since: arrival) else { return false }
                refused += 1
                return true
            }
            if let wake = keys.wakesAt, wake <= World.at(now) {
                fetches += 1
                try World.fetch(&keys, at: now, set)
            }
        }
        #expect(refused == 1_000)
        #expect(waiting.isEmpty)
        #expect(fetches <= 2, "the first, and one five minutes later for those that came meanwhile")
    }

    @Test("a rollover costs no request and at most two fetches", arguments: 0..<5 as Range<UInt64>)
    func rollover(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var keys = keys()
        let (old, new) = (try token(.one), try token(.two))
        let before = World.keySet(try TestTokenKey.one.json(.numbers))
        let after = World.keySet(
            try TestTokenKey.two.json(.certificate), try TestTokenKey.one.json(.numbers))
        try World.fetch(&keys, at: 0, before)
        let rolledAt = Double.random(in: 0...900, using: &random)
        var (fetches, done): (Int, Int) = (0, 0)
        var waiting: [(CallerToken, Double)] = []
        for second in 1..<1_800 {
            let now = Double(second)
            waiting.append((now > rolledAt && Bool.random(using: &random) ? new : old, now))
            if keys.wakesAt.map({ $0 <= World.at(now) }) ?? false {
                fetches += 1
                try World.fetch(&keys, at: now, now > rolledAt ? after : before)
            }
            waiting.removeAll { token, arrival in
                switch check(&keys, token, at: now, since: arrival) {
                case .genuine:
                    done += 1
                    return true
                case .refused(let refusal):
                    Issue.record("\(refusal)")
                    return true
                case .waits: return false
                }
            }
        }
        #expect(done == 1_799 - waiting.count && waiting.count < 3)
        #expect(fetches <= 2)
    }

    @Test("a reload keeps the keys, and how often they may be asked for")
    func reload() throws {
        let token = try token(.one)
        var former = keys(.seconds(100))
        try World.fetch(&former, at: 0, World.keySet(try TestTokenKey.one.json(.numbers)))
        #expect(check(&former, try self.token(.two), at: 10) == .waits(.unknownKey("two", known: 1)))
        fail(&former, at: 10)
        var next = keys(.seconds(200))
        next.inherit(former)
        #expect(isGenuine(check(&next, token, at: 150)))
        #expect(isGenuine(check(&next, token, at: 5_000)), "the last fetch failed")
        #expect(next.wakesAt.map { $0 <= World.at(11) } ?? false)
        var elsewhere = SigningKeys(metadataAddress: "https://other.example/", cacheDuration: .zero, at: World.at(20))
        elsewhere.inherit(former)
        #expect(check(&elsewhere, token, at: 21) == .waits(nil))
    }

    @Test("a document may not lead to keys that anybody on the way could change")
    func plainKeys() {
        var keys = keys()
        _ = keys.request(now: World.zero, clientRequestId: "")
        for address in ["http://login.example/keys", "http://127.0.0.1/keys", "file:///keys", "//x", ""] {
            #expect {
                try keys.receive(World.reply(#"{"jwks_uri":"\#(address)"}"#), date: World.date)
            } throws: { ($0 as? ReplyVerdict)?.code == .entra054 }
            _ = keys.request(now: World.zero, clientRequestId: "")
        }
    }
}
