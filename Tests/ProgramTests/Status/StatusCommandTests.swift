import Foundation
import Grants
import Kit
import Testing

@testable import knocknoc_entra

/// `status`, `leases` and `who`, on a worker that runs, stops and dies.
@Suite(.ownThread) struct StatusCommandTests {
    @Test("status tells a worker that runs from one that stopped, died or never ran")
    func lives() async throws {
        let (ground, _) = try Playground.configured()
        let missing = try ground.run("status")
        #expect(missing.status == 66 && missing.output.contains("knocknoc-entra init"), "\(missing.output)")
        #expect(try ground.run("init").status == 0)
        let before = try ground.run("status")
        #expect(before.status == 69 && before.output.contains("never ran on this spool"), "\(before.output)")
        try ground.start()
        ground.expect(try ground.drop(grant("203.0.113.1", "deleted")), toEndIn: "ENTRA052")
        eventually("the file is there") { ground.status()?.outcomes["ENTRA052"] == 1 }
        let runs = try ground.run("status")
        #expect(runs.status == 0 && runs.output.contains("worker      runs, pid \(ground.worker?.identifier ?? 0)"))
        #expect(runs.output.contains("deleted    0 leases, 0 of 2000 ranges"), "\(runs.output)")
        #expect(runs.output.contains("failed      ENTRA052 1") && runs.output.contains("trouble     deleted: ENTRA052"))
        #expect(!runs.output.contains("\u{1B}"), "no colours in a pipe")
        let json = try ground.run("status", "--json")
        let report = try StatusReport(json: StrictJSON.parse(Array(json.output.utf8)).value)
        #expect(report.worker == .running && report.folders.failed == ["ENTRA052": 1])
        ground.worker?.kill()
        let died = try ground.run("status")
        #expect(died.status == 69 && died.output.contains("GONE"), "\(died.output)")
        try ground.start()
        eventually("it runs again") { ground.status()?.pid == ground.worker.map { Int($0.identifier) } }
        #expect(ground.worker?.stop() == 0)
        let stopped = try ground.run("status")
        #expect(stopped.status == 69 && stopped.output.contains("STOPPED in order"), "\(stopped.output)")
    }

    @Test("on a terminal there are colours and lines fit, NO_COLOR takes the colours away", .enabled(if: script != nil))
    func terminal() throws {
        let ground = try Playground(.init(graph: "http://127.0.0.1:1"))
        #expect(try ground.run("init").status == 0)
        let plain = try onTerminal(ground, "status", environment: ["NO_COLOR": "1"])
        #expect(plain.contains("never ran") && !plain.contains("\u{1B}"), "\(plain)")
        #expect(try onTerminal(ground, "status", environment: [:]).contains("\u{1B}[31mworker      never ran"))
        let narrow = try onTerminal(ground, "status", columns: 24, environment: ["NO_COLOR": "1"])
        #expect(narrow.split(whereSeparator: \.isNewline).allSatisfy { $0.count <= 24 } && narrow.contains("…"))
        let watch = try onTerminal(ground, "status --watch & sleep 3; kill -9 $!", environment: [:])
        #expect(watch.components(separatedBy: "\u{1B}[H").count >= 3, "\(watch)")
    }

    @Test("leases and who tell by which request somebody is let in, and was")
    func leases() async throws {
        let (ground, _) = try Playground.started()
        ground.expect(try ground.drop(grant("203.0.113.1", "office", user: "a")), toEndIn: "done")
        ground.expect(try ground.drop(grant("203.0.113.0/28", "lab", user: "b")), toEndIn: "done")
        let now = try ground.run("leases")
        #expect(now.status == 0 && now.output.split(separator: "\n").count == 3, "\(now.output)")
        #expect(try ground.run("leases", "office").output.contains("office    a     203.0.113.1/32"))
        let both = try ground.run("who", "203.0.113.1")
        #expect(both.output.contains("office") && both.output.contains("lab"), "\(both.output)")
        #expect(try !ground.run("who", "203.0.113.2").output.contains("office"))
        let nobody = try ground.run("who", "198.51.100.1")
        #expect(nobody.status == 1 && nobody.output == "nobody\n")
        try await Task.sleep(for: .milliseconds(20))
        let then = time()
        try await Task.sleep(for: .milliseconds(20))
        ground.expect(try ground.drop(#"{"action":"revoke","location":"office","user":"A"}"#), toEndIn: "done")
        ground.expect(try ground.drop(grant("203.0.113.99", "office", user: "c")), toEndIn: "done")
        #expect(try !ground.run("who", "203.0.113.1").output.contains("office"))
        #expect(try ground.run("who", "203.0.113.99").status == 0)
        // The journal comes to what the ledgers held.
        let past = try ground.run("leases", "--at", then)
        #expect(past.output == now.output, "\(past.output)")
        #expect(try ground.run("who", "203.0.113.99", "--at", then).status == 1)
        let json = try ground.run("who", "203.0.113.1", "--at", then, "--json")
        #expect(
            json.output.contains(#""user" : "a""#) && json.output.contains(#""location" : "office""#), "\(json.output)")
        let early = try ground.run("leases", "--at", "2020-01-01T00:00:00Z")
        #expect(early.status == 66 && early.output.contains("the journal of this spool begins at"), "\(early.output)")
    }

    private func grant(_ address: String, _ location: String, user: String = "a") -> String {
        #"{"action":"grant","location":"\#(location)","addresses":["\#(address)"],"durationSeconds":600,"user":"\#(user)"}"#
    }

    private func time() -> String {
        Clock.system.wall().description
    }

    private static let script = ["/usr/bin/script"].first { FileManager.default.isExecutableFile(atPath: $0) }

    /// By script(1), which gives the command a terminal of its own.
    private func onTerminal(
        _ ground: Playground, _ command: String, columns: Int = 120, environment: [String: String]
    ) throws -> String {
        let line = command.replacing("status", with: "status --config config.json5")
        let colour = environment["NO_COLOR"] == nil ? "unset NO_COLOR; " : ""
        let size = colour + "stty cols \(columns) rows 24"
        return try Program.run(
            try #require(Self.script), ["-qec", "\(size); '\(Program.path("knocknoc-entra"))' \(line)", "/dev/null"],
            in: ground.folder, environment: ["TERM": "xterm"].merging(environment) { _, new in new }
        ).output
    }
}
