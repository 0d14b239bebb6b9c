import Dispatch
import Foundation
import FoundationNetworking
import Synchronization
import Testing

/// Waits until something is so without holding a thread, so that tests which mostly wait cost the others nothing.
func reached(
    _ what: String, within seconds: Double = 60, every pause: Duration = .milliseconds(15),
    sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    let end = Date(timeIntervalSinceNow: seconds)
    while true {
        if try await condition() { return }
        guard Date() < end else {
            Issue.record("never came: \(what)", sourceLocation: sourceLocation)
            return
        }
        try await Task.sleep(for: pause)
    }
}

extension Playground {
    /// An emulator, a configuration and a running worker.
    static func started(
        rate: Int = 0, logging: Bool = false, _ change: (inout Options) -> Void = { _ in }
    ) async throws -> Playground {
        let ground = try Playground()
        let log = logging ? ["--log", ground.requestLog.path] : []
        let emulator = try EmulatorProgram(in: ground.folder, rate: rate, log)
        ground.emulator = emulator
        var options = Options(emulator)
        change(&options)
        try ground.configure(options)
        try ground.start()
        return ground
    }

    private var requestLog: URL { folder.appendingPathComponent("requests.log") }

    /// Waits for them in place, for what has to happen before their answer; the emulator has to be logging.
    func expectPatches(_ count: Int, sourceLocation: SourceLocation = #_sourceLocation) {
        eventually(
            "\(count) PATCHes",
            {
                let text = (try? String(contentsOf: requestLog, encoding: .utf8)) ?? ""
                return text.split(separator: "\n").count { $0.contains(#""kind":"patch""#) } >= count
            }, sourceLocation: sourceLocation)
    }

    /// Each item of many ends in the same way.
    func reach(
        _ verdict: String, _ names: [String], within seconds: Double = 60,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        var open = Set(names)
        try await reached("\(names) in \(verdict)", within: seconds, sourceLocation: sourceLocation) {
            for place in places() {
                let parts = place.split(separator: "/").map(String.init)
                guard ["done", "failed"].contains(parts[0]), let name = parts.last, open.remove(name) != nil else {
                    continue
                }
                let found = parts[0] == "done" ? "done" : parts[1]
                #expect(found == verdict, "\(name): \(log.suffix(2_000))", sourceLocation: sourceLocation)
            }
            return open.isEmpty
        }
    }

    func reach(
        _ verdict: String, _ name: String, within seconds: Double = 60,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await reach(verdict, [name], within: seconds, sourceLocation: sourceLocation)
    }

    /// Files of `done/`, whichever the day; cheap enough for ten thousand.
    func doneCount() -> Int {
        let root = spool.appendingPathComponent("done").path
        return entries(root).reduce(0) { $0 + entries("\(root)/\($1)").count }
    }

    func waitingCount() -> Int {
        entries(spool.appendingPathComponent("work").path).count { $0.contains("~") }
    }

    private func entries(_ path: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    }

    /// Back into `incoming/`, as an operator does it.
    func retryByHand(_ code: String) throws {
        let folder = spool.appendingPathComponent("failed/\(code)")
        for file in entries(folder.path) {
            try FileManager.default.moveItem(
                at: folder.appendingPathComponent(file), to: spool.appendingPathComponent("incoming/\(file)"))
        }
    }
}

/// A request as the emulator noted it.
struct LogEntry: Decodable {
    var n: Int
    var kind: String
    var id: String?
    var status: Int?
    var ranges: [String]?
    var applied: Bool?
    var fault: String?
    var claims: String?
    var monotonic: Double
}

extension EmulatorProgram {
    func log(_ query: String = "") async throws -> [LogEntry] {
        let url = try #require(URL(string: "http://127.0.0.1:\(port)/_emulator/requests\(query)"))
        return try JSONDecoder().decode([LogEntry].self, from: try await URLSession.shared.data(from: url).0)
    }

    /// All access tokens become void, as when an administrator revokes them.
    func revokeTokens() async throws {
        var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(port)/_emulator/tokens/revoke")))
        request.httpMethod = "POST"
        _ = try await URLSession.shared.data(for: request)
    }

    /// Changes settings before the next line runs, however busy the other tests keep the threads.
    func setAtOnce(_ settings: String) throws {
        var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(port)/_emulator/settings")))
        request.httpMethod = "PUT"
        request.httpBody = Data(settings.utf8)
        let answered = DispatchSemaphore(value: 0)
        URLSession.shared.dataTask(with: request) { _, _, _ in answered.signal() }.resume()
        answered.wait()
    }

    /// The same address again after a kill, with what the locations held.
    static func again(
        in folder: URL, port: Int, holding ranges: [String: Set<String>] = [:]
    ) throws -> EmulatorProgram {
        try? FileManager.default.removeItem(at: folder.appendingPathComponent("port"))
        let locations = ranges.map { id, ranges in
            "{\"id\":\"\(id)\",\"displayName\":\"Test\",\"ranges\":[\(ranges.map { "\"\($0)\"" }.joined(separator: ","))]}"
        }
        let seed = folder.appendingPathComponent("seed.json")
        try Data("{\"locations\":[\(locations.joined(separator: ","))]}".utf8).write(to: seed)
        return try EmulatorProgram(in: folder, ["--port", "\(port)", "--seed", seed.path])
    }
}

/// Drops a grant at a steady pace on a thread of its own.
final class SteadyLoad: Sendable {
    private let dropped = Mutex<[String]>([])
    private let isOver = Mutex(false)

    init(on ground: Playground, every milliseconds: UInt32) {
        let (tmp, incoming) = (ground.spool.path + "/tmp", ground.spool.path + "/incoming")
        DispatchQueue(label: "load").async { [self] in
            for number in 0... {
                if isOver.withLock({ $0 }) { return }
                let name = "steady-\(number).json"
                let text = grant(["8.8.8.\(number % 250)"], user: "user-\(number)")
                try? Data(text.utf8).write(to: URL(fileURLWithPath: "\(tmp)/\(name)"))
                try? FileManager.default.moveItem(atPath: "\(tmp)/\(name)", toPath: "\(incoming)/\(name)")
                dropped.withLock { $0.append(name) }
                usleep(milliseconds * 1_000)
            }
        }
    }

    /// All that was dropped.
    func stop() -> [String] {
        isOver.withLock { $0 = true }
        return dropped.withLock { $0 }
    }
}

/// The text of a grant.
func grant(
    _ addresses: [String], location: String = "office", user: String? = nil, id: String? = nil, issued: Date? = nil,
    until: Date? = nil
) -> String {
    var fields = [
        #""action":"grant","location":"\#(location)""#,
        #""addresses":[\#(addresses.map { "\"\($0)\"" }.joined(separator: ","))]"#,
    ]
    if let user { fields.append(#""user":"\#(user)""#) }
    if let id { fields.append(#""grantId":"\#(id)""#) }
    if let issued { fields.append(#""issuedAt":"\#(timestamp(issued))""#) }
    if let until { fields.append(#""expiresAt":"\#(timestamp(until))""#) }
    return "{" + fields.joined(separator: ",") + "}"
}

/// The text of a revoke of addresses; none: a flush.
func revoke(_ addresses: [String], location: String = "office") -> String {
    guard !addresses.isEmpty else { return #"{"action":"flush","location":"\#(location)"}"# }
    let list = addresses.map { "\"\($0)\"" }.joined(separator: ",")
    return #"{"action":"revoke","location":"\#(location)","addresses":[\#(list)]}"#
}

func timestamp(_ date: Date) -> String {
    date.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
}
