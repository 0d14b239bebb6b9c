import Kit
import Testing

@testable import knocknoc_entra_emulator

extension Answer {
    var json: JSON { JSON(body) ?? .null }
    var code: String? { json["error"]?["code"]?.text }
}

extension EmulatorProgram {
    func control(_ method: String, _ path: String, _ body: JSON? = nil) throws -> Answer {
        try client.answer(method, "/_emulator/" + path, body: body?.bytes ?? [])
    }

    func settings(_ body: JSON) throws {
        #expect(try control("PUT", "settings", body).status == 204)
    }

    func fault(_ body: JSON) throws {
        #expect(try control("POST", "faults", body).status == 204)
    }

    func log(_ query: String = "") throws -> [JSON] {
        try #require(try control("GET", "requests" + query).json.items)
    }

    func token() throws -> String {
        let answer = try tokenAnswer(EmulatorProgram.goodForm)
        return try #require(answer.json["access_token"]?.text)
    }

    static let goodForm = [
        "client_id": client, "client_secret": secret, "grant_type": "client_credentials",
        "scope": "https://graph.microsoft.com/.default",
    ]

    func tokenAnswer(_ form: [String: String], tenant: String = tenant) throws -> Answer {
        try client.answer(
            "POST",
            "/\(tenant)/oauth2/v2.0/token",
            headers: ["Content-Type: application/x-www-form-urlencoded"],
            body: Array(encoded(form).utf8)
        )
    }

    static func path(_ id: String) -> String { "/v1.0/identity/conditionalAccess/namedLocations/" + id }

    func get(_ id: String = office, token: String) throws -> Answer {
        try client.answer("GET", EmulatorProgram.path(id), headers: ["Authorization: Bearer \(token)"])
    }

    func patch(_ id: String = office, token: String, _ body: JSON) throws -> Answer {
        try client.answer("PATCH", EmulatorProgram.path(id), headers: jsonHeaders(token), body: body.bytes)
    }

    func patchOutcome(_ id: String = office, token: String, _ ranges: [String]) throws -> WireOutcome {
        try client.outcome(
            "PATCH",
            EmulatorProgram.path(id),
            headers: jsonHeaders(token),
            body: rangesBody(ranges).bytes
        )
    }

    /// The CIDRs as they are now, staleness aside.
    func list(_ id: String = office) throws -> [String] {
        try #require(try control("GET", "locations/" + id).json["ranges"]?.texts)
    }
}

func jsonHeaders(_ token: String) -> [String] {
    ["Authorization: Bearer \(token)", "Content-Type: application/json"]
}

func rangesBody(_ ranges: [String]) -> JSON {
    ["@odata.type": .string(TenantLocation.ipType), "ipRanges": .array(ranges.map { TenantLocation.range(cidr: $0) })]
}

func encoded(_ form: [String: String]) -> String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)
    func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            plain.contains(byte)
                ? String(decoding: [byte], as: UTF8.self) : (byte < 16 ? "%0" : "%") + String(byte, radix: 16)
        }.joined()
    }
    return form.map { escaped($0.key) + "=" + escaped($0.value) }.joined(separator: "&")
}
