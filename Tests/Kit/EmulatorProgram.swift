import Foundation
import FoundationNetworking
import Testing

/// The emulator, and its control interface.
final class EmulatorProgram {
    private let program: Program
    let port: Int
    let isTLS: Bool

    static let tenant = "11111111-1111-4111-8111-111111111111"
    static let client = "22222222-2222-4222-8222-222222222222"
    static let secret = "emulator-only-secret"
    static let office = "aaaaaaaa-0000-4000-8000-000000000001"
    static let lab = "aaaaaaaa-0000-4000-8000-000000000002"
    static let countries = "aaaaaaaa-0000-4000-8000-0000000000c0"
    static let deleted = "aaaaaaaa-0000-4000-8000-0000000000de"

    init(in folder: URL, rate: Int = 0, _ more: [String] = []) throws {
        let portFile = folder.appendingPathComponent("port")
        program = try Program(
            "knocknoc-entra-emulator", ["--port", "0", "--port-file", portFile.path, "--rate", "\(rate)"] + more,
            in: folder, log: folder.appendingPathComponent("emulator.log"))
        var found: Int?
        eventually("the emulator listens") {
            found = (try? String(contentsOf: portFile, encoding: .utf8)).flatMap {
                Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
            }
            return found != nil
        }
        port = try #require(found)
        isTLS = more.contains("--tls-cert")
    }

    var address: String { "\(isTLS ? "https" : "http")://127.0.0.1:\(port)" }

    func kill() { program.kill() }

    struct Counts: Decodable {
        var token = 0
        var get = 0
        var patch = 0
    }

    struct Entry: Decodable {
        var kind: String
        var status: Int?
        var ranges: [String]?
        var monotonic: Double
        var id: String?
    }

    func counts() async throws -> Counts {
        let entries = try await requests()
        return Counts(
            token: entries.count { $0.kind == "token" }, get: entries.count { $0.kind == "get" },
            patch: entries.count { $0.kind == "patch" })
    }

    func requests() async throws -> [Entry] {
        try JSONDecoder().decode([Entry].self, from: try await send("GET", "requests"))
    }

    func ranges(_ id: String) async throws -> Set<String> {
        struct Location: Decodable { var ranges: [String] }
        return Set(try JSONDecoder().decode(Location.self, from: try await send("GET", "locations/\(id)")).ranges)
    }

    func set(_ settings: String) async throws {
        try await send("PUT", "settings", settings)
    }

    func fault(_ fault: String) async throws {
        try await send("POST", "faults", fault)
    }

    func clearFaults() async throws {
        try await send("DELETE", "faults")
    }

    func put(_ id: String, ranges: [String]) async throws {
        let list = ranges.map { "\"\($0)\"" }.joined(separator: ",")
        try await send("PUT", "locations/\(id)", "{\"type\":\"ip\",\"displayName\":\"Test\",\"ranges\":[\(list)]}")
    }

    /// Waits until so many requests of a kind have arrived.
    func arrived(_ kind: String, atLeast count: Int) async throws {
        try await send("GET", "requests?kind=\(kind)&atLeast=\(count)&timeoutMs=20000")
    }

    /// Waits until a location holds just these ranges.
    func expect(
        _ id: String, toHold ranges: Set<String>, within seconds: Double = 30,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let end = Date(timeIntervalSinceNow: seconds)
        while true {
            // An answer may reach us long after it was given, while other tests hold every thread; the last look that
            // counts begins when the time is over.
            let isLast = Date() >= end
            let found = try await self.ranges(id)
            guard found != ranges, !isLast else {
                #expect(found == ranges, sourceLocation: sourceLocation)
                return
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// A caller's token, right or wrong as ordered.
    func mint(_ order: String = "{}") async throws -> String {
        struct Minted: Decodable { var token: String }
        return try JSONDecoder().decode(Minted.self, from: try await send("POST", "mint", order)).token
    }

    func rollKeys(keepingOld: Bool) async throws {
        try await send("POST", "keys/roll", "{\"keepOld\":\(keepingOld)}")
    }

    @discardableResult
    private func send(_ method: String, _ path: String, _ body: String? = nil) async throws -> Data {
        var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(port)/_emulator/\(path)")))
        request.httpMethod = method
        request.httpBody = body.map { Data($0.utf8) }
        let (data, response) = try await URLSession.shared.data(for: request)
        let status = (response as? HTTPURLResponse)?.statusCode ?? 0
        #expect((200..<300).contains(status), "\(method) \(path): \(String(decoding: data, as: UTF8.self))")
        return data
    }
}
