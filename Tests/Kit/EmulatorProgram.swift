package import Foundation
package import Testing

/// The emulator, and its control interface.
package final class EmulatorProgram: Sendable {
    private let program: Program
    package let client: RawClient
    private let isTLS: Bool

    package static let tenant = "11111111-1111-4111-8111-111111111111"
    package static let client = "22222222-2222-4222-8222-222222222222"
    package static let secret = "emulator-only-secret"
    package static let office = "aaaaaaaa-0000-4000-8000-000000000001"
    package static let lab = "aaaaaaaa-0000-4000-8000-000000000002"
    package static let countries = "aaaaaaaa-0000-4000-8000-0000000000c0"
    package static let deleted = "aaaaaaaa-0000-4000-8000-0000000000de"

    /// Without a limit of requests unless asked for, as most tests are about something else.
    package init(rate: Int = 0, _ more: [String] = []) throws {
        let rate = more.contains("--rate") ? [] : ["--rate", "\(rate)"]
        program = try Program("knocknoc-entra-emulator", rate + more)
        // It says so once it listens.
        let line = program.line()
        guard let colon = line.lastIndex(of: ":"), let port = UInt16(line[line.index(after: colon)...]) else {
            throw DoesNotListen(said: line)
        }
        client = RawClient(port: port)
        isTLS = more.contains("--tls-cert")
    }

    package struct DoesNotListen: Error {
        let said: String
    }

    /// The same address again after a kill, with what the locations held.
    package static func again(
        port: Int, holding ranges: [String: Set<String>] = [:], in folder: URL
    ) throws -> EmulatorProgram {
        let locations = ranges.map { id, ranges in
            "{\"id\":\"\(id)\",\"displayName\":\"Test\",\"ranges\":[\(ranges.map { "\"\($0)\"" }.joined(separator: ","))]}"
        }
        let seed = folder.appendingPathComponent("seed.json")
        try Data("{\"locations\":[\(locations.joined(separator: ","))]}".utf8).write(to: seed)
        return try EmulatorProgram(["--port", "\(port)", "--seed", seed.path])
    }

    package var port: Int { Int(client.port) }
    package var address: String { "\(isTLS ? "https" : "http")://127.0.0.1:\(port)" }

    package func kill() { program.kill() }

    package func signal(_ number: Int32) { program.signal(number) }

    /// Asks it to end and answers with its exit status.
    package func stop(with signal: Int32) -> Int32 { program.stop(with: signal) }

    package struct Counts: Decodable {
        package var token = 0
        package var get = 0
        package var patch = 0
    }

    /// A request as the emulator noted it.
    package struct Entry: Decodable {
        package var n: Int
        package var kind: String
        package var id: String?
        package var status: Int?
        package var ranges: [String]?
        package var applied: Bool?
        package var fault: String?
        package var claims: String?
        package var monotonic: Double
    }

    package func counts() async throws -> Counts {
        let entries = try await log()
        return Counts(
            token: entries.count { $0.kind == "token" }, get: entries.count { $0.kind == "get" },
            patch: entries.count { $0.kind == "patch" })
    }

    package func log(_ query: String = "") async throws -> [Entry] {
        try JSONDecoder().decode([Entry].self, from: try send("GET", "requests" + query))
    }

    package func count(_ kind: String) async throws -> Int { try await log("?kind=\(kind)").count }

    package func ranges(_ id: String) async throws -> Set<String> {
        struct Location: Decodable { var ranges: [String] }
        return Set(try JSONDecoder().decode(Location.self, from: try send("GET", "locations/\(id)")).ranges)
    }

    package func set(_ settings: String) async throws {
        try send("PUT", "settings", settings)
    }

    package func fault(_ fault: String) async throws {
        try send("POST", "faults", fault)
    }

    package func clearFaults() async throws {
        try send("DELETE", "faults")
    }

    package func put(_ id: String, ranges: [String]) async throws {
        let list = ranges.map { "\"\($0)\"" }.joined(separator: ",")
        try send("PUT", "locations/\(id)", "{\"type\":\"ip\",\"displayName\":\"Test\",\"ranges\":[\(list)]}")
    }

    /// Waits until so many requests of a kind have arrived, answered or not.
    package func arrived(_ kind: String, atLeast count: Int) async throws {
        try send("GET", "requests?kind=\(kind)&atLeast=\(count)&timeoutMs=55000")
    }

    /// Waits until a location holds just these ranges.
    package func expect(
        _ id: String, toHold ranges: Set<String>, within seconds: Double = 60,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while true {
            let isLast = ContinuousClock.now >= end
            let found = try await self.ranges(id)
            if found == ranges { return }
            guard !isLast else {
                Issue.record("holds \(found), not \(ranges)", sourceLocation: sourceLocation)
                return
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// A caller's token, right or wrong as ordered.
    package func mint(_ order: String = "{}") async throws -> String {
        struct Minted: Decodable { var token: String }
        return try JSONDecoder().decode(Minted.self, from: try send("POST", "mint", order)).token
    }

    package func rollKeys(keepingOld: Bool) async throws {
        try send("POST", "keys/roll", "{\"keepOld\":\(keepingOld)}")
    }

    /// All access tokens become void, as when an administrator revokes them.
    package func revokeTokens() async throws { try send("POST", "tokens/revoke") }

    /// Any request to the control interface; what is refused is an error of the test.
    @discardableResult
    package func send(_ method: String, _ path: String, _ body: String = "") throws -> Data {
        let answer = try client.answer(method, "/_emulator/" + path, body: Array(body.utf8))
        guard (200..<300).contains(answer.status) else {
            throw Refused(what: "\(method) \(path): \(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
        }
        return Data(answer.body)
    }

    package struct Refused: Error {
        let what: String
    }
}
