import Grants
import Kit
import Testing

@testable import Entra

@Suite("The form of a caller's token")
struct CallerTokenTests {
    private static let good = #"{"typ":"JWT","alg":"RS256","kid":"k1"}"#

    @Test("a token comes apart into key id, claims, signature and the bytes that were signed")
    func taken() throws {
        let token = unsigned(Self.good, #"{"tid":"x","n":[1,"two"]}"#)
        let parsed = try CallerToken(parsing: token)
        #expect(parsed.keyId == "k1")
        #expect(parsed.claims["tid"] == .string("x"))
        #expect(parsed.signature == Array("signature".utf8))
        #expect(String(decoding: parsed.signed, as: UTF8.self) + "." + part("signature") == token.revealed)
        #expect(!parsed.hasNonce)
    }

    @Test("typ may be missing, and its case does not count", arguments: [#""typ":"jwt","#, ""])
    func type(member: String) {
        #expect(formRefusal(of: unsigned("{\(member)\"alg\":\"RS256\",\"kid\":\"k1\"}")) == nil)
    }

    @Test(
        "what is no such token is refused for its form",
        arguments: [
            ("", "1 part"), ("a", "1 part"), ("a.b", "2 parts"), ("a.b.c.d.e", "encrypted"),
            (String(repeating: "a", count: 32_769), "32769 bytes"),
            ("Bearer \(part(good)).\(part("{}")).AAAA", "without Bearer"),
            ("\(part(good)).\(part("{}")).AAAA\n", "signature is not base64url"),
            ("\(part(good)).\(part("{}")).AAAA=", "signature is not base64url"),
            ("\(part(good)).\(part("{}")).", "signature is not base64url"),
            ("\(part(good)).\(part("{}")).AAB", "signature is not base64url"),
            ("\(part(good)).e+0.AAAA", "claims is not base64url"),
            ("\(part(good)).e30A.AAAA", "claims is not sound JSON"),
            ("\(part(good)).\(part("[]")).AAAA", "not an object"),
            ("\(part("\"x\"")).\(part("{}")).AAAA", "not an object"),
            ("\(part(good)).\(part(#"{"tid":1,"tid":2}"#)).AAAA", "each name once"),
            ("\(part(good)).\(part(#"{"tid":1,"TID":2}"#)).AAAA", #"("tid", "TID")"#),
            ("\(part(#"{"alg":"RS256","alg":"none","kid":"k"}"#)).\(part("{}")).AAAA", "each name once"),
            ("\(part(#"{"alg":"RS256","Alg":"none","kid":"k"}"#)).\(part("{}")).AAAA", "differing in case"),
            ("\(part(#"{"typ":"at+xml","alg":"RS256","kid":"k"}"#)).\(part("{}")).AAAA", #""at+xml", not "JWT""#),
            ("\(part(#"{"typ":1,"alg":"RS256","kid":"k"}"#)).\(part("{}")).AAAA", "(typ) is 1"),
            ("\(part(#"{"alg":"RS256","kid":"k","crit":[]}"#)).\(part("{}")).AAAA", "(crit)"),
            ("\(part(#"{"alg":"RS256"}"#)).\(part("{}")).AAAA", "(kid)"),
            ("\(part(#"{"alg":"RS256","kid":""}"#)).\(part("{}")).AAAA", "(kid)"),
            ("\(part(#"{"alg":"RS256","kid":7}"#)).\(part("{}")).AAAA", "(kid)"),
            ("\(part(#"{"kid":"k"}"#)).\(part("{}")).AAAA", "(alg) is none;"),
        ])
    func refused(token: String, words: String) throws {
        let refusal = try #require(formRefusal(of: Secret(token)))
        #expect(refusal.sentence.contains(words), "\(refusal.sentence)")
    }

    @Test(
        "no algorithm but RS256",
        arguments: ["none", "None", "HS256", "HS384", "RS384", "RS512", "PS256", "ES256", "EdDSA", "rs256", ""])
    func algorithm(name: String) {
        let found = name.isEmpty ? "an empty text" : "\"\(name)\""
        #expect(formRefusal(of: unsigned("{\"alg\":\"\(name)\",\"kid\":\"k\"}")) == .algorithm(found))
    }

    @Test("base64url is taken in one spelling only")
    func strictBase64URL() {
        for length in 0..<70 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 37 + length) }
            #expect(Base64URL.decodeStrictly(Base64URL.encode(bytes).utf8) == bytes)
        }
        for text in ["A", "AAAAA", "AB", "AAB", "AA=", "AA==", "A A", "+AAA", "/AAA", "AA\u{0}A", "é"] {
            #expect(Base64URL.decodeStrictly(text.utf8) == nil, "\(text)")
        }
    }

    @Test("no way of printing a token shows it")
    func redacted() throws {
        let token = try CallerToken(parsing: unsigned(Self.good, #"{"secret":"SECRET"}"#))
        var dumped = ""
        dump(token, to: &dumped)
        for text in ["\(token)", String(reflecting: token), dumped, "\(token.claims)"] {
            #expect(!text.contains("SECRET") && !text.contains("k1"), "\(text)")
        }
    }

    @Test("sentences show no more of a claim than a short printable text")
    func shown() throws {
        for (value, words) in [
            (#""\u001b[31mred""#, "a text of 8 bytes"), (#""\#(String(repeating: "x", count: 200))""#, "200 bytes"),
            (#"["a","b","c","d","e"]"#, #""a", "b", "c" and 2 more"#), ("{}", "an object"), ("null", "null"),
        ] {
            let rules = CallerTokenRules(
                tenantId: tenantGUID, audience: "a", issuer: "i", requiredClaims: [], clockSkew: .zero)
            let claims = try claims("{\"iss\":\(value)}")
            #expect {
                try rules.check(claims, signedWith: KeyIssuer(), at: tokenTime)
            } throws: { ($0 as? CallerRefusal)?.sentence.contains(words) ?? false }
        }
    }
}
