import Kit
import Testing

@testable import knocknoc_entra_emulator

struct PatchRefusal: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let body: JSON
    var code = "BadRequest"
    var reason: String?

    init(_ why: String, _ body: JSON, code: String = "BadRequest", reason: String? = nil) {
        testDescription = why
        self.body = body
        self.code = code
        self.reason = reason
    }

    init(_ why: String, ranges: [String], reason: String) {
        self.init(why, rangesBody(ranges), reason: reason)
    }
}

@Suite(.ownThread) struct PatchTests {
    static let type: JSON = ["@odata.type": .string(TenantLocation.ipType)]

    static func oneRange(_ range: JSON) -> JSON { type.changed(by: ["ipRanges": [range]]) }

    static let refusals = [
        PatchRefusal("no type", ["ipRanges": [TenantLocation.range(cidr: "6.5.4.0/24")]], reason: "1042"),
        PatchRefusal("type without its #", ["@odata.type": "microsoft.graph.ipNamedLocation"], reason: "1042"),
        PatchRefusal(
            "another location's type", ["@odata.type": .string(TenantLocation.countryType)], reason: "body says"),
        PatchRefusal("range without type", oneRange(["cidrAddress": "6.5.4.0/24"]), code: "Request_BadRequest"),
        PatchRefusal(
            "range of a type that is no CIDR",
            oneRange(["@odata.type": "#microsoft.graph.iPv4Range", "lowerAddress": "6.5.4.1"]),
            reason: "range type"
        ),
        PatchRefusal(
            "range without address",
            oneRange(["@odata.type": "#microsoft.graph.iPv4CidrRange"]),
            reason: "without cidrAddress"
        ),
        PatchRefusal(
            "IPv4 as IPv6",
            oneRange(["@odata.type": "#microsoft.graph.iPv6CidrRange", "cidrAddress": "6.5.4.0/24"]),
            reason: "typed as IPv6"
        ),
        PatchRefusal("bare address", ranges: ["6.5.4.3"], reason: "not a CIDR"),
        PatchRefusal("one octet short", ranges: ["6.5.4/24"], reason: "not a CIDR"),
        PatchRefusal("leading zero", ranges: ["06.5.4.3/24"], reason: "not a CIDR"),
        PatchRefusal("octet too big", ranges: ["6.5.4.256/24"], reason: "not a CIDR"),
        PatchRefusal("IPv4 prefix too long", ranges: ["6.5.4.3/33"], reason: "not a CIDR"),
        PatchRefusal("IPv6 prefix too long", ranges: ["2001:db8::/129"], reason: "not a CIDR"),
        PatchRefusal("prefix signed", ranges: ["6.5.4.3/+24"], reason: "not a CIDR"),
        PatchRefusal("prefix empty", ranges: ["6.5.4.3/"], reason: "not a CIDR"),
        PatchRefusal("two prefixes", ranges: ["6.5.4.3/24/24"], reason: "not a CIDR"),
        PatchRefusal("zone id", ranges: ["fe80::1%eth0/64"], reason: "not a CIDR"),
        PatchRefusal("IPv4 wider than /8", ranges: ["20.0.0.0/7"], reason: "wider than /8"),
        PatchRefusal("IPv6 wider than /8", ranges: ["2000::/4"], reason: "wider than /8"),
        PatchRefusal("one bad among good", ranges: ["6.5.4.0/24", "x", "6.5.5.0/24"], reason: "'x' is not"),
        PatchRefusal("empty list", ranges: [], reason: "empty"),
        PatchRefusal("not a list", type.changed(by: ["ipRanges": "6.5.4.0/24"]), reason: "not a list"),
        PatchRefusal("null list", type.changed(by: ["ipRanges": nil]), reason: "not a list"),
        PatchRefusal(
            "2001 ranges",
            ranges: (0...2_000).map { "6.\($0 / 256).\($0 % 256).0/24" },
            reason: "more than 2000"
        ),
        PatchRefusal("name null", type.changed(by: ["displayName": nil]), reason: "displayName is null"),
        PatchRefusal("trust as text", type.changed(by: ["isTrusted": "no"]), reason: "isTrusted"),
        PatchRefusal("unknown property", type.changed(by: ["ranges": []]), reason: "does not exist on type"),
        PatchRefusal("country's property", type.changed(by: ["countriesAndRegions": ["US"]]), reason: "does not exist"),
    ]

    @Test("A write Graph would not take changes nothing and answers 400", arguments: refusals)
    func refusal(_ row: PatchRefusal) throws {
        let emulator = try EmulatorProgram()
        let answer = try emulator.patch(token: try emulator.token(), row.body)
        #expect(answer.status == 400)
        #expect(answer.code == row.code)
        let logged = try #require(try emulator.log("?kind=patch").last)
        #expect(logged["applied"]?.flag == false)
        if let reason = row.reason {
            let text = try #require(logged["reason"]?.text)
            #expect(text.contains(reason), "\(text)")
        }
        #expect(try emulator.list() == ["192.0.2.0/32"])
    }

    @Test(
        "A body the gateway cannot read is refused before anything else",
        arguments: [
            ("", "Content-Type: application/json", "Empty Payload"),
            ("{", "Content-Type: application/json", "Unable to read JSON"),
            ("[]", "Content-Type: application/json", "Unable to read JSON"),
            ("{}", "Content-Type: text/plain", "Unable to read JSON"),
            ("{}", "X-Nothing: 1", "must contain the Content-Type header"),
        ]
    )
    func unreadable(_ body: String, _ header: String, _ message: String) throws {
        let emulator = try EmulatorProgram()
        let answer = try emulator.client.answer(
            "PATCH",
            EmulatorProgram.path(EmulatorProgram.office),
            headers: ["Authorization: Bearer \(try emulator.token())", header],
            body: Array(body.utf8)
        )
        #expect(answer.status == 400)
        let text = try #require(answer.json["error"]?["message"]?.text)
        #expect(text.contains(message))
    }

    @Test(
        "A list Graph takes is stored and returned word for word",
        arguments: [
            ["6.5.4.3/18"],  // host bits
            ["2001:0:9d38:90d6:0:0:0:0/63", "2001:db8::/32"],  // not the shortest spelling
            ["20.0.0.0/8", "0.0.0.0/32", "192.168.0.0/16"],  // as wide as it gets, the sentinel, a private one
            ["6.5.4.0/24", "6.5.4.0/24", "6.5.4.0/25"],  // doubles and overlaps: no rule is known
            (0..<2_000).map { "6.\($0 / 256).\($0 % 256).0/24" },
        ]
    )
    func stored(_ ranges: [String]) throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        let answer = try emulator.patch(token: token, rangesBody(ranges))
        #expect(answer.status == 204)
        #expect(answer.body.isEmpty && answer["content-length"] == nil && answer["content-type"] == nil)
        #expect(answer["request-id"] != nil)
        let body = try emulator.get(token: token).json
        #expect(body["ipRanges"]?.items?.compactMap { $0["cidrAddress"]?.text } == ranges)
        let logged = try #require(try emulator.log("?kind=patch").last)
        #expect(logged["ranges"]?.texts == ranges)
        #expect(logged["applied"]?.flag == true)
    }

    @Test("IPv6 under the IPv4 type is taken, as the field sends it")
    func mistypedIPv6() throws {
        let emulator = try EmulatorProgram()
        let range: JSON = ["@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "64:ff9b::/96"]
        #expect(try emulator.patch(token: try emulator.token(), PatchTests.oneRange(range)).status == 204)
    }

    @Test("What a write does not name is kept, and the time of change moves")
    func kept() throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        let before = try emulator.get(token: token).json
        let rename = PatchTests.type.changed(by: ["displayName": "HQ", "isTrusted": true])
        #expect(try emulator.patch(token: token, rename).status == 204)
        #expect(try emulator.patch(token: token, rangesBody(["6.5.4.0/24"])).status == 204)
        let after = try emulator.get(token: token).json
        #expect(after["displayName"]?.text == "HQ")
        #expect(after["isTrusted"]?.flag == true)
        #expect(after["createdDateTime"] == before["createdDateTime"])
        #expect(after["modifiedDateTime"] != before["modifiedDateTime"])
        #expect(after["modifiedDateTime"]?.text?.count == "2019-09-04T01:11:34.9387578Z".count)
    }

    @Test("An IP list on a country location or a missing one is refused")
    func wrongLocation() throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        let body = rangesBody(["6.5.4.0/24"])
        #expect(try emulator.patch(EmulatorProgram.countries, token: token, body).status == 400)
        #expect(try emulator.patch(EmulatorProgram.deleted, token: token, body).status == 404)
    }

    @Test("A success may also be 200 or 202 with a body", arguments: [200, 202, 204])
    func successStatus(_ status: Int) throws {
        let emulator = try EmulatorProgram()
        try emulator.settings(["writeStatus": .whole(status)])
        let answer = try emulator.patch(token: try emulator.token(), rangesBody(["6.5.4.0/24"]))
        #expect(answer.status == status)
        #expect(answer.body.isEmpty == (status == 204))
        #expect(try emulator.list() == ["6.5.4.0/24"])
    }
}
