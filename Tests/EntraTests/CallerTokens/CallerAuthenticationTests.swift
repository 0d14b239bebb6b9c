import Grants
import Testing

@testable import Entra

/// One thing wrong with an otherwise good token, and what it has to be refused for.
struct BadToken: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let check: String
    let make: @Sendable () throws -> Secret?

    init(_ check: String, _ what: String, _ make: @escaping @Sendable () throws -> Secret?) {
        self.check = check
        testDescription = "\(check): \(what)"
        self.make = make
    }
}

private typealias World = TokenWorld

/// Parts of the good token, put together otherwise.
private func spliced(_ change: ([String]) -> [String]) throws -> Secret {
    let parts = try World.token().revealed.split(separator: ".").map(String.init)
    return Secret(change(parts).joined(separator: "."))
}

private let badTokens: [BadToken] = [
    BadToken("missing", "none") { nil },
    BadToken("tooLong", "40 KB of claims") {
        try World.token(claims: ["name": "\"\(String(repeating: "x", count: 40_000))\""])
    },
    BadToken("parts", "no signature") { try spliced { Array($0.prefix(2)) } },
    BadToken("encoding", "padded signature") { try spliced { [$0[0], $0[1], $0[2] + "=="] } },
    BadToken("encoding", "line end") { try spliced { [$0[0], $0[1], $0[2] + "\n"] } },
    BadToken("json", "claims cut short") { try World.token(raw: ",") },
    BadToken("json", "a claim twice") { try World.token(raw: #","tid":"x""#) },
    BadToken("twins", "a claim twice, in two cases") { try World.token(raw: #","TID":"x""#) },
    BadToken("type", "typ") { try World.token(header: ["typ": #""JWE""#]) },
    BadToken("critical", "crit") { try World.token(header: ["crit": #"["exp"]"#]) },
    BadToken("algorithm", "none") { try World.token(header: ["alg": #""none""#]) },
    BadToken("algorithm", "HS256") { try World.token(header: ["alg": #""HS256""#]) },
    BadToken("algorithm", "RS512") { try World.token(header: ["alg": #""RS512""#]) },
    BadToken("noKeyId", "kid") { try World.token(header: ["kid": String?.none]) },
    BadToken("signature", "a claim changed afterwards") {
        try spliced { parts in
            let other = try? World.token(claims: ["name": #""Somebody""#]).revealed.split(separator: ".").map(
                String.init)
            return [parts[0], other?[1] ?? "", parts[2]]
        }
    },
    BadToken("signature", "a foreign key under a good name") { try World.token(by: try .foreign) },
    BadToken("signature", "another good key's name") { try World.token(header: ["kid": #""other""#]) },
    BadToken("signature", "another token's signature") {
        let other = try World.token(claims: ["uti": #""x""#]).revealed.split(separator: ".").map(String.init)
        return try spliced { [$0[0], $0[1], other[2]] }
    },
    BadToken("signature", "one byte less") { try spliced { [$0[0], $0[1], String($0[2].dropLast(2))] } },
    BadToken("issuer", "v2.0 for v1.0") { try World.token(claims: ["iss": "\"\(World.issuerV2)\""]) },
    BadToken("issuer", "without its slash") { try World.token(claims: ["iss": "\"\(World.issuer.dropLast())\""]) },
    BadToken("issuer", "none") { try World.token(claims: ["iss": String?.none]) },
    BadToken("audience", "another") { try World.token(claims: ["aud": #""https://graph.microsoft.com""#]) },
    BadToken("audience", "without its slash") { try World.token(claims: ["aud": #""https://database.windows.net""#]) },
    BadToken("audience", "a list without it") { try World.token(claims: ["aud": #"["a","b"]"#]) },
    BadToken("audience", "none") { try World.token(claims: ["aud": String?.none]) },
    BadToken("tenant", "another") { try World.token(claims: ["tid": #""22222222-1111-4111-8111-111111111111""#]) },
    BadToken("tenant", "none") { try World.token(claims: ["tid": String?.none]) },
    BadToken("notATime", "no exp") { try World.token(claims: ["exp": String?.none]) },
    BadToken("notATime", "exp as text") { try World.token(claims: ["exp": "\"\(World.seconds + 60)\""]) },
    BadToken("expired", "a second beyond the skew") {
        try World.token(claims: ["exp": "\(World.seconds - 301)", "nbf": "\(World.seconds - 4_000)"])
    },
    BadToken("notYetValid", "a second beyond the skew") { try World.token(claims: ["nbf": "\(World.seconds + 301)"]) },
    BadToken("neverValid", "nbf after exp") {
        try World.token(claims: ["nbf": "\(World.seconds + 60)", "exp": "\(World.seconds + 30)"])
    },
    BadToken("claimMissing", "appid") { try World.token(claims: ["appid": String?.none]) },
    BadToken("claimEmpty", "appid") { try World.token(claims: ["appid": #""""#]) },
    BadToken("claimValue", "roles without the one") { try World.token(claims: ["roles": #"["Read","submit"]"#]) },
    BadToken("notInGroup", "another group") {
        try World.token(claims: ["groups": #"["77777777-0000-4000-8000-000000000000"]"#])
    },
    BadToken("groupsByName", "names for GUIDs") { try World.token(claims: ["groups": #"["Admins"]"#]) },
    BadToken("notInGroup", "no group") { try World.token(claims: ["groups": "[]"]) },
    BadToken("noObjectId", "overage without an oid") {
        try World.token(claims: ["oid": String?.none, "groups": String?.none, "hasgroups": "true"])
    },
]

@Suite("Entra authentication")
struct CallerAuthenticationTests {
    @Test("the token that nothing is wrong with is accepted", arguments: TestTokenKey.Form.allCases)
    func good(form: TestTokenKey.Form) throws {
        var authentication = try World.authentication(form)
        let token = try World.token()
        guard case .accepted(let caller) = World.judge(&authentication, token) else {
            Issue.record("\(World.judge(&authentication, token))")
            return
        }
        #expect(caller.kind == .user)
        #expect(caller.objectId == "55555555-5555-4555-8555-555555555555")
        for aud in [#"["x","https://database.windows.net/"]"#] {
            guard case .accepted = World.judge(&authentication, try World.token(claims: ["aud": aud])) else {
                Issue.record("an audience among others was refused")
                return
            }
        }
    }

    @Test(
        "a token that breaks one rule is refused for that rule, in words that hold nothing of it", arguments: badTokens,
        TestTokenKey.Form.allCases)
    func bad(token: BadToken, form: TestTokenKey.Form) throws {
        var authentication = try World.authentication(form)
        let submitted = try token.make()
        guard case .refused(let refusal) = World.judge(&authentication, submitted) else {
            Issue.record("\(World.judge(&authentication, submitted))")
            return
        }
        #expect(String(describing: refusal).prefix { $0 != "(" } == token.check)
        let error = refusal.failure
        #expect(error.code == .spool006 && error.remedy == .fail)
        #expect(!error.detail.isEmpty && error.detail.utf8.count < 500)
        #expect(error.detail.utf8.allSatisfy { (0x20...0x7e).contains($0) }, "\(error.detail)")
        for part in (submitted?.revealed ?? "").split(separator: ".") where part.count > 20 {
            #expect(!error.detail.contains(part.prefix(20)))
        }
    }

    @Test("a key for another tenant signs no token of this one")
    func keyIssuer() throws {
        let other = #","issuer":"https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0""#
        var authentication = try World.authentication(.numbers, more: other)
        guard case .refused(.keyIssuer) = World.judge(&authentication, try World.token()) else {
            Issue.record("\(World.judge(&authentication, try World.token()))")
            return
        }
    }

    @Test("a key that nobody should trust is none: too short, an exponent of 1, not RSA")
    func unsoundKeys() throws {
        let numbers = try TestTokenKey.one.json(.numbers, id: "k")
        for key in [
            try TestTokenKey.weak.json(.numbers), try TestTokenKey.weak.json(.certificate),
            numbers.replacing("AQAB", with: "AQ"), numbers.replacing("AQAB", with: "AQAA"),
            numbers.replacing("AQAB", with: ""), numbers.replacing(#""sig""#, with: #""enc""#),
            numbers.replacing(#""RSA""#, with: #""EC""#), numbers.replacing(#""kid":"k""#, with: #""kid":"""#),
            #"{"kty":"RSA","kid":"k","x5c":["AAAA"]}"#, #"{"kty":"RSA","kid":"k"}"#, "7",
        ] {
            var keys = SigningKeys(metadataAddress: World.metadata, cacheDuration: .seconds(3_600), at: World.zero)
            #expect {
                try World.fetch(&keys, at: 0, World.keySet(key))
            } throws: { ($0 as? ReplyVerdict)?.code == .entra054 }
        }
    }

    @Test("on overage Graph is asked once, and nobody is let in before it has told")
    func overage() throws {
        var authentication = try World.authentication(.numbers)
        let sources = #"{"src1":{"endpoint":"https://evil.example/"}}"#
        let token = try World.token(claims: [
            "groups": String?.none, "_claim_names": #"{"groups":"src1"}"#, "_claim_sources": sources,
        ])
        let person = GroupMember(kind: .user, objectId: "55555555-5555-4555-8555-555555555555")
        #expect(World.judge(&authentication, token) == .waitsForGroups(person))
        let own = AccessToken(Secret("own"), receivedAt: World.zero, lifetime: .seconds(3_600))
        let sent = authentication.groups.request(now: World.at(1), token: own, clientRequestId: "")
        let (member, request) = try #require(sent)
        #expect(
            request.url
                == "https://graph.example/v1.0/users/55555555-5555-4555-8555-555555555555/getMemberGroups")
        for (body, isIn) in [(#"{"value":["\#(World.group.uppercased())"]}"#, true), (#"{"value":[]}"#, false)] {
            var copy = authentication
            try copy.groups.receive(World.reply(body), of: member, now: World.at(2), date: World.date)
            switch World.judge(&copy, token) {
            case .accepted: #expect(isIn)
            case .refused(.notInGroup): #expect(!isIn)
            case let other: Issue.record("\(other)")
            }
            #expect(copy.groups.opensAt == nil)
        }
    }
}
