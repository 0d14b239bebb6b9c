import Kit
import Testing

@testable import knocknoc_entra_emulator

@Suite(.ownThread) struct GraphTests {
    @Test("A named location is returned as documented, with Graph's headers")
    func get() throws {
        let emulator = try EmulatorProgram()
        let id = "7be58587-8dbc-49bd-88a9-1db2672be158"
        let answer = try emulator.client.answer(
            "GET",
            EmulatorProgram.path(EmulatorProgram.office),
            headers: ["Authorization: Bearer \(try emulator.token())", "client-request-id: \(id)"]
        )
        #expect(answer.status == 200)
        #expect(answer["content-type"]?.hasPrefix("application/json;odata.metadata=minimal") == true)
        #expect(answer["client-request-id"] == id)
        #expect(answer["request-id"]?.count == 36)
        #expect(answer["x-ms-ags-diagnostic"] != nil && answer["date"]?.hasSuffix(" GMT") == true)
        #expect(answer.json["@odata.type"]?.text == "#microsoft.graph.ipNamedLocation")
        #expect(answer.json["displayName"]?.text == "Office")
        #expect(answer.json["isTrusted"]?.flag == false)
        #expect(
            answer.json["ipRanges"] == [
                ["@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "192.0.2.0/32"]
            ]
        )
        #expect(try emulator.log().last?["client_request_id"]?.text == id)
    }

    @Test("A country location is returned as documented")
    func country() throws {
        let emulator = try EmulatorProgram()
        let body = try emulator.get(EmulatorProgram.countries, token: try emulator.token()).json
        #expect(body["@odata.type"]?.text == "#microsoft.graph.countryNamedLocation")
        #expect(body["countriesAndRegions"]?.texts == ["US", "CA"])
        #expect(body["includeUnknownCountriesAndRegions"]?.flag == false)
        #expect(body["ipRanges"] == nil)
    }

    @Test("Lists can be filtered, counted, cut and paged")
    func list() throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        func list(_ query: String) throws -> JSON {
            try emulator.client.answer(
                "GET",
                "/v1.0/identity/conditionalAccess/namedLocations" + query,
                headers: ["Authorization: Bearer \(token)"]
            ).json
        }
        func names(_ body: JSON) -> [String?] { (body["value"]?.items ?? []).map { $0["displayName"]?.text } }
        #expect(names(try list("")) == ["Office", "Lab", "Branch", "Countries"])
        let isIP = "$filter=isof(%27microsoft.graph.ipNamedLocation%27)"
        #expect(names(try list("?\(isIP)&$top=2")) == ["Office", "Lab"])
        #expect(try list("?$count=true")["@odata.count"]?.whole == 4)
        let selected = try #require(try list("?$select=id")["value"]?.items?.first?.members)
        #expect(Set(selected.map(\.key)) == ["@odata.type", "id"])
        try emulator.settings(["pageSize": 3])
        let first = try list("")
        #expect(names(first) == ["Office", "Lab", "Branch"])
        let next = try #require(first["@odata.nextLink"]?.text)
        let mark = try #require(next.firstIndex(of: "?"))
        #expect(names(try list(String(next[mark...]))) == ["Countries"])
        for (query, all) in [
            ("?\(isIP)&$top=1&$orderby=displayName%20desc", ["Office", "Lab", "Branch"]),
            ("?$top=2&$orderby=displayName", ["Branch", "Countries", "Lab", "Office"]),
            ("?$filter=displayName%20eq%20%27lab%27", ["Lab"]),
        ] {
            var (found, page): ([String?], String?) = ([], query)
            while let query = page {
                let body = try list(query)
                found += names(body)
                page = body["@odata.nextLink"]?.text.flatMap { link in
                    link.firstIndex(of: "?").map { String(link[$0...]) }
                }
            }
            #expect(found == all, "\(query)")
        }
    }

    @Test(
        "Only a token that was given out, lives and was not revoked opens Graph",
        arguments: [
            (nil, "Access token is empty."),
            ("Basic abc", "Access token is empty."),
            ("Bearer a.b.c", "CompactToken parsing failed with error code: 80049217"),
        ]
    )
    func badToken(_ header: String?, _ message: String) throws {
        let emulator = try EmulatorProgram()
        let answer = try emulator.client.answer(
            "GET",
            EmulatorProgram.path(EmulatorProgram.office),
            headers: header.map { ["Authorization: " + $0] } ?? []
        )
        expectUnauthenticated(answer, message)
    }

    @Test("A token that has run out or been revoked is refused")
    func deadToken() throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        #expect(try emulator.control("POST", "tokens/revoke").status == 204)
        expectUnauthenticated(
            try emulator.get(token: token),
            "CompactToken validation failed with reason code: 80049228."
        )
        try emulator.settings(["tokenLifetime": 0])
        expectUnauthenticated(
            try emulator.get(token: try emulator.token()),
            "Lifetime validation failed, the token is expired."
        )
    }

    private func expectUnauthenticated(_ answer: Answer, _ message: String) {
        #expect(answer.status == 401)
        #expect(answer.code == "InvalidAuthenticationToken")
        #expect(answer.json["error"]?["message"]?.text == message)
        #expect(answer["www-authenticate"]?.hasPrefix(#"Bearer realm="", authorization_uri="#) == true)
    }

    @Test(
        "The roles in the token decide, whatever was granted since",
        arguments: [
            ([], 403, 403), (["Policy.Read.All"], 200, 403), (["Policy.ReadWrite.ConditionalAccess"], 200, 204),
            (["User.Read.All"], 403, 403), (["Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"], 200, 204),
        ]
    )
    func roles(_ roles: [String], _ read: Int, _ write: Int) throws {
        let emulator = try EmulatorProgram()
        try emulator.settings(["roles": .texts(roles)])
        let token = try emulator.token()
        try emulator.settings(["roles": ["Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"]])
        let got = try emulator.get(token: token)
        #expect(got.status == read)
        #expect(try emulator.patch(token: token, rangesBody(["6.5.4.0/24"])).status == write)
        guard read == 403 else { return }
        #expect(got.code == "AccessDenied")
        let message = "You cannot perform the requested operation, required scopes are missing in the token."
        #expect(got.json["error"]?["message"]?.text == message)
    }

    @Test("Both roles can be asked for on a write, as the documentation has it")
    func bothRoles() throws {
        let emulator = try EmulatorProgram()
        try emulator.settings(["roles": ["Policy.ReadWrite.ConditionalAccess"], "writeNeedsBothRoles": true])
        #expect(try emulator.patch(token: try emulator.token(), rangesBody(["6.5.4.0/24"])).status == 403)
    }

    @Test("What does not exist is said in Graph's error envelope")
    func notFound() throws {
        let emulator = try EmulatorProgram()
        let answer = try emulator.get(EmulatorProgram.deleted, token: try emulator.token())
        #expect(answer.status == 404)
        let error = try #require(answer.json["error"])
        #expect(error["code"]?.text == "ResourceNotFound")
        #expect(
            error["message"]?.text
                == "NamedLocation with id \(EmulatorProgram.deleted) does not exist in the directory."
        )
        let inner = try #require(error["innerError"])
        #expect(inner["date"]?.text?.count == 19)  // no zone
        #expect(inner["request-id"]?.text == answer["request-id"])
        #expect(inner["client-request-id"]?.text == answer["client-request-id"])
    }

    @Test(
        "A wrong method or path has its own refusal",
        arguments: [
            ("PATCH", "/v1.0/identity/conditionalAccess/namedLocations", 404),
            ("PUT", EmulatorProgram.path(EmulatorProgram.office), 405),
            ("GET", "/v1.0/identity/conditionalAccess/elsewhere", 400),
            ("GET", "/v1.0/nowhere", 400),
            ("GET", "/v9/identity", 400),
        ]
    )
    func wrongTarget(_ method: String, _ path: String, _ status: Int) throws {
        let emulator = try EmulatorProgram()
        let answer = try emulator.client.answer(method, path, headers: jsonHeaders(try emulator.token()))
        #expect(answer.status == status)
        #expect(answer.code != nil)
    }

    @Test("A location can be created and deleted, but not while it is trusted")
    func createAndDelete() throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        let body = rangesBody(["6.5.4.3/18"]).changed(by: ["displayName": "New", "isTrusted": true])
        let created = try emulator.client.answer(
            "POST",
            "/v1.0/identity/conditionalAccess/namedLocations",
            headers: jsonHeaders(token),
            body: body.bytes
        )
        #expect(created.status == 201)
        let id = try #require(created.json["id"]?.text)
        func delete() throws -> Int {
            try emulator.client.answer("DELETE", EmulatorProgram.path(id), headers: jsonHeaders(token)).status
        }
        #expect(try delete() == 400)
        #expect(
            try emulator.patch(id, token: token, ["@odata.type": .string(TenantLocation.ipType), "isTrusted": false])
                .status
                == 204
        )
        #expect(try delete() == 204)
        #expect(try emulator.get(id, token: token).status == 404)
    }
}
