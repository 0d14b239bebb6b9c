import Kit
import Testing

@testable import knocknoc_entra_emulator

@Suite(.ownThread) struct DirectoryTests {
    static let person = "55555555-5555-4555-8555-555555555555"
    static let principal = "77777777-7777-4777-8777-777777777777"
    static let directory: JSON = [
        "groups": .object([JSON.Member(key: person, value: ["g1", "g2"])]),
        "servicePrincipalGroups": .object([JSON.Member(key: principal, value: ["g3"])]),
        "users": ["Someone@example.com": .string(person)],
    ]

    @Test(
        "Groups are told to who may ask, for who exists",
        arguments: [
            (["Directory.Read.All"], "users/\(person)", 200, ["g1", "g2"]),
            (["User.Read.All", "GroupMember.Read.All"], "users/\(person)", 200, ["g1", "g2"]),
            (["User.Read.All"], "users/\(person)", 403, nil),
            (["Directory.Read.All"], "users/\(principal)", 404, nil),
            (["Application.Read.All"], "servicePrincipals/\(principal)", 200, ["g3"]),
            (["User.Read.All", "GroupMember.Read.All"], "servicePrincipals/\(principal)", 403, nil),
            (["Directory.Read.All"], "devices/\(principal)", 400, nil),
        ] as [([String], String, Int, [String]?)]
    )
    func groups(_ roles: [String], _ path: String, _ status: Int, _ groups: [String]?) throws {
        let emulator = try EmulatorProgram()
        try emulator.settings(DirectoryTests.directory.changed(by: ["roles": .texts(roles)]))
        let answer = try emulator.client.answer(
            "POST",
            "/v1.0/\(path)/getMemberGroups",
            headers: jsonHeaders(try emulator.token()),
            body: Array(#"{"securityEnabledOnly":true}"#.utf8)
        )
        #expect(answer.status == status)
        #expect(answer.json["value"]?.texts == groups)
        if status == 403 { #expect(answer.code == "Authorization_RequestDenied") }
        if status == 404 { #expect(answer.code == "Request_ResourceNotFound") }
    }

    @Test("The question about groups must say whether security groups alone are meant")
    func groupsBody() throws {
        let emulator = try EmulatorProgram()
        try emulator.settings(DirectoryTests.directory.changed(by: ["roles": ["Directory.Read.All"]]))
        let answer = try emulator.client.answer(
            "POST",
            "/v1.0/users/\(DirectoryTests.person)/getMemberGroups",
            headers: jsonHeaders(try emulator.token()),
            body: Array("{}".utf8)
        )
        #expect(answer.status == 400)
    }

    @Test("A user is found by name or id", arguments: [("someone@EXAMPLE.com", 200), (person, 200), ("nobody", 404)])
    func user(_ name: String, _ status: Int) throws {
        let emulator = try EmulatorProgram()
        try emulator.settings(DirectoryTests.directory.changed(by: ["roles": ["User.Read.All"]]))
        let answer = try emulator.client.answer(
            "GET",
            "/v1.0/users/\(name)?$select=id",
            headers: jsonHeaders(try emulator.token())
        )
        #expect(answer.status == status)
        if status == 200 { #expect(answer.json["id"]?.text == DirectoryTests.person) }
    }

    static let policies: JSON = [
        [
            "id": "p1", "displayName": "Block outside", "state": "enabled",
            "conditions": [
                "users": ["includeUsers": ["All"], "excludeUsers": ["guest"]],
                "locations": [
                    "includeLocations": ["All"], "excludeLocations": [.string(EmulatorProgram.office)],
                ],
            ], "grantControls": ["builtInControls": ["block"]],
        ],
        ["id": "p2", "displayName": "Old", "state": "disabled", "conditions": [:]],
    ]

    @Test("The policies are listed as they were given")
    func policyList() throws {
        let emulator = try EmulatorProgram()
        try emulator.settings(["policies": DirectoryTests.policies])
        let answer = try emulator.client.answer(
            "GET",
            "/v1.0/identity/conditionalAccess/policies",
            headers: jsonHeaders(try emulator.token())
        )
        #expect(answer.json["value"] == DirectoryTests.policies)
    }

    @Test(
        "What-if looks at the location, the user and the state",
        arguments: [
            ("192.0.2.0", DirectoryTests.person, ["location", "policyNotEnabled"], [false, false]),
            ("192.0.2.1", DirectoryTests.person, ["notSet", "policyNotEnabled"], [true, false]),
            ("2001:db8::1", DirectoryTests.person, ["notSet", "policyNotEnabled"], [true, false]),
            ("192.0.2.1", "guest", ["users", "policyNotEnabled"], [false, false]),
        ]
    )
    func whatIf(_ address: String, _ userID: String, _ reasons: [String], _ applies: [Bool]) throws {
        let emulator = try EmulatorProgram()
        try emulator.settings(["policies": DirectoryTests.policies])
        let body: JSON = [
            "signInIdentity": ["@odata.type": "#microsoft.graph.userSignIn", "userId": .string(userID)],
            "signInContext": [
                "@odata.type": "#microsoft.graph.applicationContext", "includeApplications": ["app"],
            ],
            "signInConditions": ["ipAddress": .string(address)], "appliedPoliciesOnly": false,
        ]
        let answer = try emulator.client.answer(
            "POST",
            "/v1.0/identity/conditionalAccess/evaluate",
            headers: jsonHeaders(try emulator.token()),
            body: body.bytes
        )
        #expect(answer.status == 200)
        let results = try #require(answer.json["value"]?.items)
        #expect(results.map { $0["analysisReasons"]?.text } == reasons)
        #expect(results.map { $0["policyApplies"]?.flag } == applies)
    }

    @Test(
        "An address lies in a network or not",
        arguments: [
            ("6.5.4.3/18", "6.5.63.255", true), ("6.5.4.3/18", "6.5.64.0", false), ("0.0.0.0/0", "6.5.4.3", true),
            ("6.5.4.3/32", "6.5.4.3", true), ("6.5.4.3/32", "6.5.4.2", false), ("2001:db8::/33", "2001:db8::1", true),
            ("2001:db8::/33", "2001:db8:8000::1", false), ("::/8", "6.5.4.3", false),
        ]
    )
    func network(_ cidr: String, _ address: String, _ isInside: Bool) throws {
        let bytes = try #require(addressBytes(address))
        #expect(Network(cidr)?.contains(bytes) == isInside)
    }
}
