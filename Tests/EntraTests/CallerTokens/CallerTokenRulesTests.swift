import Grants
import Kit
import Testing

@testable import Entra

@Suite("What a caller's token has to claim")
struct CallerTokenRulesTests {
    private static let v1 = "https://sts.windows.net/\(tenantGUID)/"
    private static let v2 = "https://login.microsoftonline.com/\(tenantGUID)/v2.0"
    private static let now = tokenTime.microseconds / 1_000_000

    private func check(
        _ more: String = "", without: Set<String> = [], issuer: String = v1, required: String = "",
        skew: Duration = .seconds(300), key: KeyIssuer = KeyIssuer()
    ) throws -> CallerRefusal? {
        var members = [
            "iss": #""\#(issuer)""#, "aud": #""https://database.windows.net/""#, "tid": #""\#(tenantGUID)""#,
            "exp": "\(Self.now + 60)", "nbf": "\(Self.now - 60)",
        ]
        for name in without { members[name] = nil }
        let texts = members.map { "\"\($0.key)\":\($0.value)" } + (more.isEmpty ? [] : [more])
        let claims = try claims("{\(texts.joined(separator: ","))}")
        let rules = CallerTokenRules(
            tenantId: tenantGUID, audience: "https://database.windows.net/", issuer: issuer,
            requiredClaims: try #require(RequiredClaim.parse(required)), clockSkew: skew)
        do throws(CallerRefusal) {
            try rules.check(claims, signedWith: key, at: tokenTime)
            return nil
        } catch {
            return error
        }
    }

    @Test("the edges of a token's time, with and without skew")
    func times() throws {
        for (skew, offset, isTaken) in [
            (Int64(300), Int64(-300), true), (300, -301, false), (0, 0, true), (0, -1, false), (1, -1, true),
        ] {
            let refusal = try check(
                #""exp":\#(Self.now + offset)"#, without: ["exp", "nbf"], skew: .seconds(skew))
            #expect((refusal == nil) == isTaken, "exp \(offset), skew \(skew): \(String(describing: refusal))")
        }
        for (skew, offset, isTaken) in [(Int64(300), Int64(300), true), (300, 301, false), (0, 0, true), (0, 1, false)]
        {
            let refusal = try check(
                #""nbf":\#(Self.now + offset),"exp":\#(Self.now + 900)"#, without: ["exp", "nbf"], skew: .seconds(skew))
            #expect((refusal == nil) == isTaken, "nbf \(offset), skew \(skew): \(String(describing: refusal))")
        }
        #expect(try check(without: ["nbf"]) == nil)
        #expect(try check(#""exp":\#(Self.now).5"#, without: ["exp"], skew: .zero) == nil)
        #expect(try check(#""exp":1.795e9"#, without: ["exp"], skew: .zero) == nil)
    }

    @Test(
        "a time that is none is refused",
        arguments: [#""1795000000""#, "-1", "null", "1e300", "253402300800", "99999999999999999999", "[1]", "true"])
    func noTime(value: String) throws {
        for claim in ["exp", "nbf"] {
            let refusal = try check(#""\#(claim)":\#(value)"#, without: [claim])
            #expect(refusal?.sentence.contains("(\(claim))") ?? false, "\(String(describing: refusal))")
            if case .notATime = refusal { continue }
            Issue.record("\(claim) \(value): \(String(describing: refusal))")
        }
        guard case .notATime = try check(without: ["exp"]) else {
            Issue.record("a token without an end was taken")
            return
        }
    }

    @Test(
        "required claims: presence, exact value, one of an array",
        arguments: [
            ("", #""a":"b""#, true), (";;", "", true), ("tid=\(tenantGUID);", "", true),
            ("a", #""a":"b""#, true), ("a", #""a":"""#, false), ("a", #""a":[]"#, false), ("a", #""a":{}"#, false),
            ("a", #""a":null"#, false), ("a", #""a":false"#, true), ("a", #""a":0"#, true), ("a", "", false),
            ("a=b", #""a":"b""#, true), ("a=b", #""a":"B""#, false), ("a=b", #""a":"b ""#, false),
            ("A=b", #""a":"b""#, false), ("a=b", #""a":["x","b"]"#, true), ("a=b", #""a":["x","B"]"#, false),
            ("a=b", #""a":[["b"]]"#, false), ("a=b", #""a":{"b":1}"#, false), ("a=b", "", false),
            ("a=", #""a":"""#, true), ("a=", #""a":"b""#, false), ("a=b=c", #""a":"b=c""#, true),
            (" a = b ; c ", #""a":"b","c":1"#, true), ("a=1", #""a":1"#, true), ("a=true", #""a":true"#, true),
            ("a=x;a=y", #""a":["x","y"]"#, true), ("a=x;a=y", #""a":["x"]"#, false),
            ("a=\u{212B}", #""a":"\u00c5""#, false), ("\u{212B}", #""\u00c5":"b""#, false),
            ("a", #""a":[""]"#, false), ("a", #""a":[null]"#, false), ("a", #""a":[[]]"#, false),
            ("a", #""a":[{}]"#, false), ("a", #""a":{"b":["",{"c":null}]}"#, false), ("a", #""a":" \t""#, false),
            ("a", #""a":["",false]"#, true), ("scp=b", #""scp":"a b c""#, true), ("scp=b c", #""scp":"c a b""#, true),
            ("scp=b", #""scp":"ab bc""#, false), ("scp=b d", #""scp":"b c""#, false),
            ("roles=b", #""roles":"a b""#, false),
        ])
    func required(setting: String, claim: String, isTaken: Bool) throws {
        let refusal = try check(claim, required: setting)
        #expect((refusal == nil) == isTaken, "\(String(describing: refusal))")
        switch refusal {
        case nil, .claimMissing, .claimEmpty, .claimValue: break
        default: Issue.record("refused for something else: \(String(describing: refusal))")
        }
    }

    @Test("a value without a name is no required claim")
    func malformedRequired() {
        #expect(RequiredClaim.parse("=x") == nil)
        #expect(RequiredClaim.parse("a;  =x;") == nil)
    }

    @Test("only what some tokens of the tenant lack narrows who may submit")
    func narrowing() {
        for setting in ["tid=x", "tid", "oid", "ver=1.0", "aud=x;iss=y", "appid", "exp", ""] {
            #expect(RequiredClaim.parse(setting)?.contains { $0.narrows } == false, "\(setting)")
        }
        for setting in ["roles=Submit", "appid=x", "oid=x", "groups", "scp=a", "tid=x;azp=y"] {
            #expect(RequiredClaim.parse(setting)?.contains { $0.narrows } == true, "\(setting)")
        }
    }

    @Test(
        "a key signs for its own issuer, and a v2.0 key for the v1.0 tokens of the same tenant",
        arguments: [
            (v1, nil, nil, true), (v2, v2, nil, true),
            (v2, "https://login.microsoftonline.com/{tenantid}/v2.0", nil, true),
            (v2, "https://login.microsoftonline.com/{TENANTID}/v2.0", nil, true),
            (v1, "https://login.microsoftonline.com/{tenantid}/v2.0", v2, true),
            (v1, v2, "https://login.microsoftonline.com/{tenantid}/v2.0", true), (v1, v2, nil, false),
            (v1, v2, v1, false), (v2, v1, v2, false),
            (v2, "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0", v2, false),
            (v2, "{tenantid", nil, false), (v2, "", nil, false),
        ] as [(String, String?, String?, Bool)])
    func keyIssuer(issuer: String, key: String?, document: String?, isTaken: Bool) throws {
        let refusal = try check(issuer: issuer, key: KeyIssuer(key: key, document: document))
        #expect((refusal == nil) == isTaken, "\(String(describing: refusal))")
        if let refusal, case .keyIssuer = refusal { return }
        #expect(refusal == nil)
    }

    @Test(
        "who submitted: a user or an application, and which groups the token lists",
        arguments: [
            (#""idtyp":"app","oid":"O""#, true, nil), (#""idtyp":"user","sub":"O","oid":"O""#, false, nil),
            (#""sub":"O","oid":"O""#, true, nil), (#""sub":"O","oid":"O","scp":"x""#, false, nil),
            (#""sub":"S","oid":"O""#, false, nil), (#""oid":"O""#, false, nil),
            (#""groups":["A","b",7]"#, false, ["a", "b"]), (#""groups":[]"#, false, []), (#""groups":"a""#, false, nil),
            (#""_claim_names":{"groups":"src1"},"groups":["a"]"#, false, nil),
            (#""hasgroups":true"#, false, nil), (#""hasgroups":"true","groups":["a"]"#, false, nil),
            (#""_claim_names":{"other":"src1"},"groups":["a"]"#, false, ["a"]),
        ] as [(String, Bool, Set<String>?)])
    func caller(members: String, isPrincipal: Bool, groups: Set<String>?) throws {
        let id = "ABCDEFAB-1111-4111-8111-111111111111"
        let caller = Caller(try claims("{\(members.replacing(#""O""#, with: #""\#(id)""#))}"))
        #expect((caller.kind == .servicePrincipal) == isPrincipal)
        #expect(caller.groups == groups)
        #expect(caller.objectId == (members.contains("\"oid\"") ? id.lowercased() : nil))
    }

    @Test("groups of a caller without a GUID for an oid cannot be asked for")
    func noObjectId() throws {
        for oid in [#""oid":"me/../../users/other""#, #""oid":7"#, #""sub":"x""#] {
            let caller = Caller(try claims("{\(oid)}"))
            #expect(throws: CallerRefusal.self) { try caller.member() }
        }
    }
}
