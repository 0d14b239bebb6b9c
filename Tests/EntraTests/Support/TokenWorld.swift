import Grants

@testable import Entra

/// A tenant whose keys are known, and the token that nothing is wrong with.
struct TokenWorld {
    static let tenant = "11111111-1111-4111-8111-111111111111"
    static let issuer = "https://sts.windows.net/\(tenant)/"
    static let issuerV2 = "https://login.microsoftonline.com/\(tenant)/v2.0"
    static let group = "99999999-0000-4000-8000-000000000001"
    static let metadata = "https://login.example/\(tenant)/v2.0/.well-known/openid-configuration"
    static let zero = ContinuousClock.now
    static let date = Timestamp(seconds: 1_795_000_000)
    static let seconds: Int64 = 1_795_000_000

    static func at(_ seconds: Double) -> ContinuousClock.Instant { zero + .seconds(seconds) }

    static func reply(_ text: String, _ status: Int = 200) -> Result<HTTPReply, TransportFailure> {
        .success(HTTPReply(status: status, body: Array(text.utf8)))
    }

    static let discovery = reply(
        #"{"issuer":"https://login.microsoftonline.com/{tenantid}/v2.0","jwks_uri":"https://login.example/keys"}"#)

    static func keySet(_ keys: String...) -> Result<HTTPReply, TransportFailure> {
        reply("{\"keys\":[\(keys.joined(separator: ","))]}")
    }

    static let rules = CallerTokenRules(
        tenantId: tenant, audience: "https://database.windows.net/", issuer: issuer,
        requiredClaims: [
            RequiredClaim(name: "tid", value: tenant), RequiredClaim(name: "roles", value: "Submit"),
            RequiredClaim(name: "appid"),
        ], clockSkew: .seconds(300))

    /// With both keys fetched, in that form, at the time zero.
    static func authentication(_ form: TestTokenKey.Form, more: String? = nil) throws -> CallerAuthentication {
        let v2 = #","issuer":"https://login.microsoftonline.com/{tenantid}/v2.0""#
        var keys = SigningKeys(metadataAddress: metadata, cacheDuration: .seconds(3_600), at: zero)
        try fetch(
            &keys, at: 0,
            keySet(
                TestTokenKey.one.json(form, more ?? v2), TestTokenKey.two.json(form, id: "other", ""),
                #"{"kty":"EC","use":"sig","kid":"ec","x":"AAAA","y":"AAAA"}"#))
        return CallerAuthentication(
            rules: rules, keys: keys,
            groups: GroupCache(
                GraphRequests(graph: "https://graph.example"), configured: [group], duration: .seconds(1_800),
                at: zero))
    }

    /// A whole fetch, both requests of it.
    static func fetch(
        _ keys: inout SigningKeys, at seconds: Double, _ set: Result<HTTPReply, TransportFailure>
    ) throws {
        _ = keys.request(now: at(seconds), clientRequestId: "")
        try keys.receive(discovery, date: date)
        _ = keys.request(now: at(seconds), clientRequestId: "")
        try keys.receive(set, date: date)
    }

    static let header = ["typ": #""JWT""#, "alg": #""RS256""#, "kid": #""one""#]
    static let claims = [
        "iss": #""\#(issuer)""#, "aud": #""https://database.windows.net/""#, "tid": #""\#(tenant)""#,
        "exp": "\(seconds + 3_600)", "nbf": "\(seconds - 300)", "iat": "\(seconds - 300)",
        "roles": #"["Read","Submit"]"#, "appid": #""66666666-6666-4666-8666-666666666666""#,
        "oid": #""55555555-5555-4555-8555-555555555555""#, "groups": #"["\#(group)"]"#, "ver": #""1.0""#,
        "name": #""Someone""#, "scp": #""user_impersonation""#, "sub": #""pairwise-subject""#,
        "uti": #""AAAAAAAAAAAAAAAA""#, "upn": #""someone@example.com""#,
    ]

    /// Signed with that key; a change to `nil` leaves the member out.
    static func token(
        header changedHeader: [String: String?] = [:], claims changed: [String: String?] = [:], raw: String = "",
        by key: TestTokenKey? = nil
    ) throws -> Secret {
        let members = { (base: [String: String], changes: [String: String?]) in
            var base = base
            for (name, value) in changes { base[name] = value }
            return base.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
        }
        let key = try key ?? TestTokenKey.one
        return Secret(
            try key.token("{\(members(header, changedHeader))}", "{\(members(claims, changed))\(raw)}"))
    }

    static func judge(
        _ authentication: inout CallerAuthentication, _ token: Secret?, at seconds: Double = 1
    ) -> CallerAuthentication.Judgement {
        authentication.judge(
            token, for: "office", authorizedGroups: [group], since: at(seconds), date: date, at: at(seconds))
    }
}
