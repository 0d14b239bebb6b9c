import Glibc
import Testing

@testable import knocknoc_entra_emulator

/// The built program, listening; it is stopped with the value.
final class RunningEmulator: Sendable {
    static let tenant = "11111111-1111-4111-8111-111111111111"
    static let clientID = "22222222-2222-4222-8222-222222222222"
    static let secret = "emulator-only-secret"
    static let office = "aaaaaaaa-0000-4000-8000-000000000001"
    static let lab = "aaaaaaaa-0000-4000-8000-000000000002"
    static let countries = "aaaaaaaa-0000-4000-8000-0000000000c0"
    static let deleted = "aaaaaaaa-0000-4000-8000-0000000000de"

    let client: RawClient
    private let process: ChildProcess

    /// Without a limit of requests unless asked for, as most tests are about something else.
    init(_ arguments: String...) throws {
        let base = arguments.contains("--rate") ? [] : ["--rate", "0"]
        process = try ChildProcess(base + arguments)
        let line = process.firstLine()
        let colon = try #require(line.lastIndex(of: ":"))
        let port = try #require(UInt16(line[line.index(after: colon)...]))
        client = RawClient(port: port)
    }

    /// Asks it to stop and returns its exit status.
    func stop(with signal: Int32) -> Int32 { process.stop(with: signal) }

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
        let answer = try tokenAnswer(RunningEmulator.goodForm)
        return try #require(answer.json["access_token"]?.text)
    }

    static let goodForm = [
        "client_id": clientID, "client_secret": secret, "grant_type": "client_credentials",
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
        try client.answer("GET", RunningEmulator.path(id), headers: ["Authorization: Bearer \(token)"])
    }

    func patch(_ id: String = office, token: String, _ body: JSON) throws -> Answer {
        try client.answer("PATCH", RunningEmulator.path(id), headers: jsonHeaders(token), body: body.bytes)
    }

    func patchOutcome(_ id: String = office, token: String, _ ranges: [String]) throws -> WireOutcome {
        try client.outcome(
            "PATCH",
            RunningEmulator.path(id),
            headers: jsonHeaders(token),
            body: rangesBody(ranges).bytes
        )
    }

    /// The CIDRs as they are now, staleness aside.
    func ranges(_ id: String = office) throws -> [String] {
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
