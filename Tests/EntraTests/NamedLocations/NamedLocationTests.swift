import Kit
import Testing

@testable import Entra
@testable import Grants

@Suite("Named locations on the wire")
struct NamedLocationTests {
    private let now = Timestamp(seconds: 1_700_000_000)

    private func read(_ body: String, status: Int = 200) throws(ReplyVerdict) -> NamedLocation {
        try NamedLocation.read(.success(HTTPReply(status: status, body: Array(body.utf8))), now: now)
    }

    @Test("Microsoft's own example")
    func example() throws {
        let location = try read(
            #"""
            {"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#namedLocations/$entity",
             "@odata.type":"#microsoft.graph.ipNamedLocation","id":"0854951d-5fc0-4eb1-b392-9b2c9d7949c2",
             "displayName":"Untrusted IP named location","modifiedDateTime":"2019-09-04T01:11:34.9387578Z",
             "createdDateTime":"2019-09-04T01:11:34.9387578Z","isTrusted":false,
             "ipRanges":[{"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":"12.34.221.11/22"},
              {"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":"2001:0:9d38:90d6:0:0:0:0/63"},
              {"@odata.type":"#microsoft.graph.iPv4Range","lowerAddress":"10.0.0.1","upperAddress":"10.0.0.9"}]}
            """#
        )
        #expect(location.id == "0854951d-5fc0-4eb1-b392-9b2c9d7949c2")
        #expect(location.displayName == "Untrusted IP named location")
        #expect(location.isTrusted == false)
        #expect(location.ranges == ["12.34.221.11/22", "2001:0:9d38:90d6:0:0:0:0/63", "10.0.0.1-10.0.0.9"])
    }

    @Test("a byte order mark, another case and missing names do no harm")
    func lenient() throws {
        let location = try read(
            "\u{FEFF}"
                + ##"{"@odata.type":"#Microsoft.Graph.IPNamedLocation","id":"x","ipRanges":[],"more":{"a":[1]}}"##
        )
        #expect(location == NamedLocation(id: "x", displayName: nil, isTrusted: nil, ranges: []))
    }

    @Test(
        "another kind of location is named",
        arguments: ["countryNamedLocation", "compliantNetworkNamedLocation", "privateLinkNamedLocation"]
    )
    func wrongType(type: String) {
        let verdict = #expect(throws: ReplyVerdict.self) {
            _ = try read(##"{"@odata.type":"#microsoft.graph.\##(type)","id":"x"}"##)
        }
        #expect(verdict?.code == .entra053)
        #expect(verdict?.remedy == .grace)
        #expect(verdict?.scope == .location)
        #expect(verdict?.error.detail.contains(type) == true)
    }

    @Test(
        "anything else is no answer of Graph's",
        arguments: [
            ("", "@odata.type"), ("{}", "@odata.type"), ("[]", "@odata.type"), ("<html>", "@odata.type"),
            (##"{"@odata.type":"#microsoft.graph.ipNamedLocation","ipRanges":[]}"##, "id is missing"),
            (##"{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"x"}"##, "ipRanges is missing"),
            (##"{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"x","ipRanges":null}"##, "ipRanges is null"),
            (##"{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"x","ipRanges":[{}]}"##, "cidrAddress"),
            (
                ##"{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"x","ipRanges":[{"cidrAddress":1}]}"##,
                "ipRanges[0]"
            ),
            (
                ##"{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"x","ipRanges":[{"cidrAddress":"1"##,
                "@odata.type"
            ),
        ]
    )
    func unreadable(body: String, words: String) {
        let verdict = #expect(throws: ReplyVerdict.self) { _ = try read(body) }
        #expect(verdict?.code == .entra054)
        let detail = verdict?.error.detail ?? ""
        #expect(detail.contains(words), "\(detail)")
    }

    @Test("the PATCH body says the ranges and their types, and nothing else")
    func patchBody() {
        let body = NamedLocationPatch.body(["203.0.113.7/32", "2001:db8::/64"])
        #expect(
            String(decoding: body, as: UTF8.self)
                == ##"{"@odata.type":"#microsoft.graph.ipNamedLocation","ipRanges":["##
                + ##"{"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":"203.0.113.7/32"},"##
                + ##"{"@odata.type":"#microsoft.graph.iPv6CidrRange","cidrAddress":"2001:db8::/64"}]}"##
        )
    }

    @Test("what was written can be read")
    func roundTrip() throws {
        let ranges = (0..<2_000).map {
            $0.isMultiple(of: 3) ? "2001:db8::\($0)/128" : "198.51.\($0 / 250).\($0 % 250)/32"
        }
        let body = String(decoding: NamedLocationPatch.body(ranges), as: UTF8.self)
        #expect(try read(#"{"id":"x","# + body.dropFirst()).ranges == ranges)
    }

    @Test("204 is success, and 200 or 202 that Graph signed and that holds no error")
    func patchAnswers() {
        for (status, body, isSuccess) in [
            (204, "", true), (200, "", true), (202, "\r\n", true), (200, #"{"id":"x"}"#, true), (200, "<html>", false),
            (202, "OK", false), (201, "", false), (206, "", false), (304, "", false), (200, "[]", false),
            (200, #"{"error":{"code":"BadRequest"}}"#, false), (202, #"{"error":null}"#, false), (200, "{}x", false),
        ] {
            for isSigned in [true, false] {
                let headers = HTTPHeaders(isSigned ? [HTTPHeader("request-id", "r")] : [HTTPHeader("Server", "squid")])
                let refusal = NamedLocationPatch.refusal(
                    .success(HTTPReply(status: status, headers: headers, body: Array(body.utf8))), now: now)
                #expect((refusal == nil) == (isSuccess && (isSigned || status == 204)), "\(status) \(body) \(isSigned)")
                guard let refusal else { continue }
                #expect(refusal.code == .entra054 && refusal.isAmbiguous)
                if !isSigned, status < 300, !body.contains("error") {
                    #expect(refusal.error.detail.contains("A proxy or portal (Server: squid) answered"))
                }
            }
        }
    }

    @Test("the requests go where Graph has the location")
    func requests() {
        let token = AccessToken(Secret("eyJ"), receivedAt: .now, lifetime: .zero)
        let requests = GraphRequests(graph: "https://graph.microsoft.com/")
        let get = requests.get(id: "42", token: token, clientRequestId: "c-1")
        #expect(get.url == "https://graph.microsoft.com/v1.0/identity/conditionalAccess/namedLocations/42")
        #expect(get.method == .get)
        #expect(get.body == nil)
        #expect(get.headers == [HTTPHeader("client-request-id", "c-1"), HTTPHeader("x-ms-throttle-priority", "low")])
        let patch = requests.patch(id: "42", ranges: ["192.0.2.0/32"], token: token, clientRequestId: "c-2")
        #expect(patch.url == get.url)
        #expect(patch.method == .patch)
        #expect(patch.body == .json(NamedLocationPatch.body(["192.0.2.0/32"])))
        #expect(patch.headers.last?.value == "high")
        #expect(patch.accessToken == Secret("eyJ"))
    }
}
