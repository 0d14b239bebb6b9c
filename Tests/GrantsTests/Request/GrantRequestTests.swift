import Kit
import Testing

@testable import Grants

struct GrantRequestTests {
    @Test("the request of the documentation, every field")
    func everyField() throws {
        let request = try read(
            """
            {
              "action": "grant",
              "location": "office",
              "addresses": ["203.0.113.7", "2001:db8::7", "198.51.100.0/28", "203.0.113.7/32"],
              "user": "alice@example.com",
              "grantId": "b7e1 Grüße 😀",
              "issuedAt": "2026-11-20T22:59:00.125Z",
              "startsAt": "2026-11-21T06:00:00Z",
              "expiresAt": "2026-11-21T08:00:00+01:00",
              "requestId": "r-1",
              "token": "eyJhbGciOi",
              "version": 1
            }
            """
        )
        let grant = GrantRequest.Grant(
            ranges: ranges("198.51.100.0/28", "203.0.113.7", "2001:db8::7"),
            startsAt: Timestamp(rfc3339: "2026-11-21T06:00:00Z"),
            expiresAt: try #require(Timestamp(rfc3339: "2026-11-21T07:00:00Z"))
        )
        let expected = GrantRequest(
            action: .grant(grant),
            location: "office",
            user: "alice@example.com",
            grantId: "b7e1 Grüße 😀",
            requestId: "r-1",
            token: Secret("eyJhbGciOi"),
            issuedAt: try #require(Timestamp(rfc3339: "2026-11-20T22:59:00.125Z"))
        )
        #expect(request == expected)
    }

    @Test(
        "a location is meant by name, by GUID in any case, or by being the only one",
        arguments: [
            #""location":"office","#, #""location":"\#(officeGUID)","#, #""location":"\#(officeGUID.uppercased())","#,
        ]
    )
    func location(field: String) throws {
        #expect(try read("{\(field)\"action\":\"flush\"}").location == "office")
        #expect(try read("{\"action\":\"flush\"}", locations: [lab]).location == "lab")
    }

    @Test("issuedAt is by default the earlier of stamp and modification time, never later than now")
    func issuedByDefault() throws {
        let (early, late) = (readingTime - .seconds(60), readingTime + .seconds(60))
        let text = #"{"action":"flush","location":"lab"}"#
        #expect(try read(text, stamp: early).issuedAt == early)
        #expect(try read(text, modified: early).issuedAt == early)
        let future = try read(text, stamp: late, modified: late)
        #expect(future.issuedAt == readingTime && future.notes.isEmpty)
    }

    @Test("an issuedAt up to five minutes ahead counts as written; beyond, the producer's clock is wrong")
    func issuedInFuture() throws {
        for lead in [Duration.microseconds(1), .seconds(300)] {
            let written = readingTime + lead
            let request = try read(#"{"action":"flush","location":"lab","issuedAt":"\#(written)"}"#)
            #expect(request.issuedAt == written && request.notes.isEmpty)
        }
        let beyond = readingTime + .seconds(300) + .microseconds(1)
        let error = #expect(throws: Failure.self) {
            try read(#"{"action":"flush","location":"lab","issuedAt":"\#(beyond)"}"#)
        }
        #expect(error?.code == .spool002 && error?.detail.contains("set the producer's clock") == true)
    }

    @Test(
        "the end of a grant",
        arguments: [
            (#""user":"a""#, 3_600, false),  // neither: as long as the location lets it
            (#""durationSeconds":600"#, 600, false),
            (#""durationSeconds":600,"issuedAt":"2026-11-20T22:55:00Z""#, 300, false),  // counts from issuedAt
            (#""durationSeconds":3600"#, 3_600, false),
            (#""durationSeconds":3601"#, 3_600, true),
            (#""durationSeconds":315360000"#, 3_600, true),
            (#""expiresAt":"2026-11-20T23:30:00Z""#, 1_800, false),
            (#""expiresAt":"9999-12-31T23:59:59Z""#, 3_600, true),
            (#""expiresAt":"2026-11-21T00:30:00Z","startsAt":"2026-11-20T23:30:00Z""#, 3_600, true),
            (#""expiresAt":"2020-01-01T00:00:00Z""#, -217_378_800, false),  // past already: for the ledger to say
            (#""durationSeconds":60,"issuedAt":"2026-11-20T22:00:00Z""#, -3_540, false),
        ]
    )
    func end(fields: String, seconds: Int, isShortened: Bool) throws {
        let request = try read(#"{"action":"grant","location":"lab","addresses":["203.0.113.7"],\#(fields)}"#)
        #expect(request.grant?.expiresAt == readingTime + .seconds(seconds))
        #expect(request.notes == (isShortened ? ["end shortened to maxGrantDuration"] : []))
    }

    @Test(
        "what a revoke selects",
        arguments: [
            (#""grantId":"g""#, .grantId("g")),
            (#""grantId":"g","user":"u","addresses":["203.0.113.7"]"#, .grantId("g")),
            (#""user":"u""#, .user("u", ranges: nil)),
            (#""user":"u","addresses":["203.0.113.7"]"#, .user("u", ranges: ranges("203.0.113.7"))),
            (#""addresses":["203.0.113.7","1.1.1.1"]"#, .addresses(ranges("1.1.1.1", "203.0.113.7"))),
            // The policy of a location judges grants: what is there must be able to leave.
            (#""addresses":["127.0.0.1","1.0.0.0/8"]"#, .addresses(ranges("1.0.0.0/8", "127.0.0.1"))),
            // Widened like the grant was.
            (#""addresses":["2001:db8::7"]"#, .addresses(ranges("2001:db8::/64"))),
        ] as [(String, GrantRequest.RevokeScope)]
    )
    func revoke(fields: String, scope: GrantRequest.RevokeScope) throws {
        let request = try read(#"{"action":"revoke","location":"lab",\#(fields)}"#)
        #expect(request.action == .revoke(scope))
    }

    @Test("addresses follow the policy of their location")
    func policy() throws {
        let text = #"{"action":"grant","location":"lab","addresses":["2001:db8::7","2001:db8::8","10.0.0.1"]}"#
        #expect(try read(text).grant?.ranges == ranges("10.0.0.1", "2001:db8::/64"))
        let error = try #require(throws: Failure.self) { try read(text.replacing("lab", with: "office")) }
        #expect(error.code == .entra051)
    }

    @Test("the order of fields and addresses does not matter")
    func order() throws {
        var random = SeededRandom(seed: 11)
        let fields = [
            #""action":"grant""#, #""location":"lab""#, #""addresses":["203.0.113.7","203.0.113.6","2001:db8::1"]"#,
            #""user":"u""#, #""durationSeconds":60"#, #""version":1"#,
        ]
        let expected = try read("{\(fields.joined(separator: ","))}")
        for _ in 0..<50 {
            #expect(try read("{\(fields.shuffled(using: &random).joined(separator: ","))}") == expected)
        }
    }

    @Test("no way of printing a token shows it")
    func redaction() throws {
        let request = try read(#"{"action":"flush","location":"lab","token":"eyJsecret"}"#)
        #expect(request.token?.revealed == "eyJsecret")
        var dumped = ""
        dump(request, to: &dumped)
        for text in ["\(request)", String(reflecting: request), dumped, "\(String(describing: request.token))"] {
            #expect(!text.contains("eyJsecret"))
        }
        #expect("\(Secret("eyJsecret"))" == "<redacted>")
    }
}
