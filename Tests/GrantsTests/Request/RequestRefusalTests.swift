import Grants
import Testing

struct RequestRefusalTests {
    struct Refusal: CustomTestStringConvertible {
        let text: String
        let code: FailureCode
        let details: [String]

        init(_ code: FailureCode, _ text: String, _ details: String...) {
            (self.code, self.text, self.details) = (code, text, details)
        }

        /// A grant that is right but for these fields.
        static func grant(_ code: FailureCode, _ fields: String, _ details: String) -> Refusal {
            let addresses = fields.contains("addresses") ? "" : #""addresses":["203.0.113.7"],"#
            let location = fields.contains(#""location""#) ? "" : #""location":"office","#
            return Refusal(code, #"{"action":"grant",\#(location)\#(addresses)\#(fields)}"#, details)
        }

        var testDescription: String { text }
    }

    @Test(
        "a fault in one field is told with name, place and remedy",
        arguments: [
            .grant(
                .spool002,
                #""expiresat":1"#,
                "unknown field \"expiresat\" (line 1, column 67); did you mean expiresAt?"
            ),
            .grant(.spool002, #""foo":1"#, "unknown field \"foo\" (line 1, column 67)"),
            .grant(.spool002, #""f\u0000":1"#, "a field with an unknown name (line 1"),
            .grant(.spool002, #""user":null"#, "user (line 1, column 67) is null, not a string; leave the field out"),
            .grant(.spool002, #""user":7"#, "is a number, not a string"),
            .grant(.spool002, #""user":"""#, "is empty"),
            .grant(.spool002, #""user":"a\nb""#, "control character"),
            .grant(.spool002, #""grantId":"a\u0085b""#, "control character"),
            .grant(.spool002, #""requestId":"a\u2028b""#, "control character"),
            .grant(.spool002, #""user":"\#(String(repeating: "é", count: 129))""#, "258 bytes; 256 are allowed"),
            .grant(.spool002, #""token":[]"#, "token (line 1, column 67) is an array, not a string"),
            .grant(.spool002, #""version":2"#, "is not 1"),
            .grant(.spool002, #""version":1.0"#, "is not 1"),
            .grant(.spool002, #""version":"1""#, "is a string, not the number 1"),
            .grant(.spool002, #""durationSeconds":"60""#, "is a string, not a whole number"),
            .grant(.spool002, #""durationSeconds":0"#, "not a whole number above 0"),
            .grant(.spool002, #""durationSeconds":-5"#, "not a whole number above 0"),
            .grant(.spool002, #""durationSeconds":1.5"#, "not a whole number above 0"),
            .grant(.spool002, #""durationSeconds":1e3"#, "not a whole number above 0"),
            .grant(.spool002, #""durationSeconds":315360001"#, "ten years"),
            .grant(.spool002, #""durationSeconds":99999999999999999999"#, "ten years"),
            .grant(.spool002, #""durationSeconds":60,"expiresAt":"2026-11-20T23:30:00Z""#, "give one of them"),
            .grant(.spool002, #""durationSeconds":"x","expiresAt":"2026-11-20T23:30:00Z""#, "give one of them"),
            .grant(.spool002, #""expiresAt":"tomorrow""#, "write it like 2026-11-21T07:00:00Z"),
            .grant(.spool002, #""expiresAt":"2026-02-30T00:00:00Z""#, "write it like"),
            .grant(.spool002, #""expiresAt":"2026-11-21T07:00:00""#, "write it like"),  // no zone
            .grant(.spool002, #""expiresAt":1795215600"#, "is a number, not a string"),
            .grant(.spool002, #""issuedAt":"now""#, "write it like"),
            .grant(
                .spool002,
                #""startsAt":"2026-11-21T07:00:00Z","expiresAt":"2026-11-21T07:00:00Z""#,
                "is not before the end of the grant, 2026-11-21T07:00:00Z"
            ),
            .grant(.spool002, #""startsAt":"2026-11-20T23:01:00Z","durationSeconds":60"#, "is not before the end"),
            .grant(
                .spool002,
                #""startsAt":"2026-11-21T23:00:00Z","expiresAt":"2026-11-22T07:00:00Z""#,
                "when maxGrantDuration ends"
            ),
            .grant(.spool002, #""addresses":[]"#, "addresses (line 1, column 39) is empty"),
            .grant(.spool002, #""addresses":"203.0.113.7""#, "is a string, not an array of strings"),
            .grant(.spool002, #""addresses":["203.0.113.7",7]"#, "addresses[1] is a number, not a string"),
            .grant(
                .spool002,
                #""addresses":[\#(Array(repeating: "\"1.1.1.1\"", count: 2_001).joined(separator: ","))]"#,
                "2001 addresses; 2000 are allowed"
            ),
            .grant(.spool002, #""location":"two words""#, "is not a name"),
            .grant(.spool002, #""location":"""#, "is empty"),
            .grant(.spool002, #""location":"\#(String(repeating: "a", count: 65))""#, "at most 64"),
            .grant(.spool003, #""location":"ofice""#, "\"ofice\" is not configured here; did you mean office?"),
            .grant(.spool003, #""location":"elsewhere""#, "(configured: lab, office)"),
            .grant(
                .entra051,
                #""addresses":["1.1.1.1","203.0.113.7/24"]"#,
                "addresses[1]: 203.0.113.7/24 has host bits"
            ),
            .grant(.entra051, #""addresses":["010.0.0.1"]"#, "addresses[0] \"010.0.0.1\": an octet has a leading zero"),
            .grant(.entra051, #""addresses":["1.1.1.1\n"]"#, "addresses[0]: it contains whitespace"),
            .grant(.entra051, #""addresses":["::ffff:10.0.0.1"]"#, "\"::ffff:10.0.0.1\": 10.0.0.1 is private"),
            .grant(.entra051, #""addresses":["127.0.0.1"]"#, "127.0.0.1 is loopback"),
            .grant(.entra051, #""addresses":["203.0.112.0/23"]"#, "minPrefixIPv4"),
        ] as [Refusal]
    )
    func refused(row: Refusal) throws {
        let error = try #require(throws: Failure.self) { try read(row.text) }
        #expect(error.code == row.code && error.remedy == .fail)
        for detail in row.details { #expect(error.detail.contains(detail)) }
    }

    @Test(
        "a request that makes no sense as a whole",
        arguments: [
            Refusal(.spool001, "", "the file is empty"),
            Refusal(.spool001, "{\n  \"action\": grant }", "line 2, column 13: expected a value"),
            Refusal(.spool001, #"{"action":"flush","action":"grant"}"#, "\"action\" is also at line 1, column 2"),
            Refusal(.spool001, "[" + String(repeating: " ", count: 65_536) + "]", "65538 bytes"),
            Refusal(.spool002, "[]", "is an array, not an object"),
            Refusal(.spool002, "\"grant\"", "is a string, not an object"),
            Refusal(.spool002, "{}", "2 faults", "action is missing", "several are configured: lab, office"),
            Refusal(.spool002, #"{"action":"Grant","location":"lab"}"#, "did you mean \"grant\"?"),
            Refusal(.spool002, #"{"action":"allow","location":"lab"}"#, "neither \"grant\", \"revoke\" nor \"flush\""),
            Refusal(.spool002, #"{"action":"grant","location":"lab"}"#, "addresses is missing"),
            Refusal(.spool002, #"{"action":"revoke","location":"lab"}"#, "needs grantId, user or addresses"),
            Refusal(.spool002, #"{"action":"revoke","location":"lab","user":"u","addresses":[]}"#, "is empty"),
            Refusal(.spool002, #"{"action":"revoke","location":"lab","user":"u","expiresAt":"x"}"#, "in a revoke"),
            Refusal(.spool002, #"{"action":"revoke","location":"lab","user":"u","durationSeconds":6}"#, "in a revoke"),
            Refusal(.spool002, #"{"action":"flush","location":"lab","user":"u"}"#, "user", "no sense in a flush"),
            Refusal(.spool002, #"{"action":"flush","location":"lab","grantId":"g"}"#, "grantId", "no sense in a flush"),
            Refusal(.spool002, #"{"action":"flush","location":"lab","addresses":["1.1.1.1"]}"#, "no sense in a flush"),
            Refusal(.entra051, #"{"action":"revoke","location":"lab","addresses":["1.1.1.1/8"]}"#, "has host bits"),
            Refusal(.entra051, #"{"action":"revoke","location":"lab","addresses":["host"]}"#, "host names"),
        ]
    )
    func senseless(row: Refusal) throws {
        let error = try #require(throws: Failure.self) { try read(row.text) }
        #expect(error.code == row.code)
        for detail in row.details { #expect(error.detail.contains(detail)) }
    }

    @Test("all faults are told at once, the likely causes first, five of them")
    func several() throws {
        let error = try #require(throws: Failure.self) {
            try read(
                """
                {"action":"grant","location":"ofice","addreses":["1.1.1.1"],"addresses":["x","y","z","::1/x"],
                 "durationSeconds":"1","user":""}
                """
            )
        }
        #expect(error.code == .spool002)
        #expect(
            error.detail.hasPrefix("8 faults: 1) unknown field \"addreses\" (line 1, column 38); did you mean addr")
        )
        #expect(error.detail.contains("2) durationSeconds (line 2, column 2) is a string"))
        #expect(error.detail.contains("3) user (line 2, column 24) is empty"))
        #expect(error.detail.contains("4) location \"ofice\"") && error.detail.contains("5) addresses[0] \"x\""))
        #expect(error.detail.hasSuffix("; and 3 more"))
    }

    @Test("a misspelt field is not also called missing")
    func misspelt() throws {
        let error = try #require(throws: Failure.self) {
            try read(#"{"acton":"grant","locaton":"office","adresses":["1.1.1.1"]}"#)
        }
        #expect(error.detail.hasPrefix("3 faults") && !error.detail.contains("missing"))
    }

    @Test("of many locations ten are listed")
    func manyLocations() throws {
        let many = (10..<35).map { LocationPolicy(name: "site\($0)", id: "\($0)", maxGrantDuration: .seconds(60)) }
        for text in [#"{"action":"flush"}"#, #"{"action":"flush","location":"x"}"#] {
            let error = try #require(throws: Failure.self) { try read(text, locations: many) }
            #expect(error.detail.contains("site10, site11") && error.detail.contains("site19 and 15 more"))
        }
        let none = try #require(throws: Failure.self) { try read(#"{"action":"flush"}"#, locations: []) }
        #expect(none.code == .spool003)
    }
}
