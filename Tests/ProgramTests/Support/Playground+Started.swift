import Dispatch
import Foundation
import Kit
import Synchronization
import Testing

extension Playground {
    /// An emulator and a configuration for it.
    static func configured(
        rate: Int = 0, with more: [String] = [], _ change: (inout Options) -> Void = { _ in }
    ) throws -> (Playground, EmulatorProgram) {
        let ground = try Playground()
        let emulator = try EmulatorProgram(rate: rate, more)
        ground.emulator = emulator
        var options = Options(emulator)
        change(&options)
        try ground.configure(options)
        return (ground, emulator)
    }

    /// A running worker, too.
    static func started(
        rate: Int = 0, _ change: (inout Options) -> Void = { _ in }
    ) throws -> (Playground, EmulatorProgram) {
        let (ground, emulator) = try configured(rate: rate, change)
        try ground.start()
        return (ground, emulator)
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
