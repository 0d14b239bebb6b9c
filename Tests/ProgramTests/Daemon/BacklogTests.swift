import Foundation
import Kit
import Testing

/// How much is done for files that have to wait.
@Suite(.timeLimit(.minutes(3)), .ownThread) struct BacklogTests {
    @Test("of 1,000 files that wait, none is opened that is not taken, and none is opened twice")
    func opens() async throws {
        let (ground, calls) = try waiting(1_000)
        try await reached("a batch is claimed") { ground.waitingCount() >= 100 }
        #expect(ground.worker?.stop() == 0)
        #expect(try Calls(calls).count("open", "/incoming/request-") == ground.waitingCount())
        // Answered now, the rest goes through, each file opened once where it waits.
        let emulator = try EmulatorProgram()
        ground.emulator = emulator
        var options = Playground.Options(emulator)
        options.batch = "maxItems: 100"
        try ground.configure(options)
        try ground.start(environment: Calls.environment(calls, ground))
        try await reached("all are done", within: 90) { ground.doneCount() == 1_000 }
        #expect(try Calls(calls).count("open", "/incoming/request-") == 1_000)
    }

    @Test("an idle worker does not read the folder again, however large it once was")
    func idle() async throws {
        let (ground, calls) = try waiting(500, maxItems: 10_000, isAnswered: true)
        try await reached("all are done", within: 90) { ground.doneCount() == 500 }
        try await ground.expectLooks(1, in: calls)
        let before = try Calls(calls).count("list", "/incoming")
        try await ground.expectLooks(1, in: calls)
        #expect(try Calls(calls).count("list", "/incoming") == before)
    }

    @Test("memory is that of a batch, not of the backlog")
    func memory() async throws {
        let small = try await peak(behind: 1_000)
        let large = try await peak(behind: 20_000)
        // All of them in hand would take several times as much.
        #expect(large - small < 4_096, "\(small) KiB with few, \(large) KiB with many")
    }

    /// The most memory that a worker has held that nobody answers, once it has taken all of them, in KiB.
    private func peak(behind count: Int) async throws -> Int {
        let (ground, _) = try waiting(count, maxItems: 1_000, isNoted: false)
        try await reached("all are claimed", within: 150, every: .milliseconds(200)) { ground.waitingCount() == count }
        let process = try #require(ground.worker?.identifier)
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.split(whereSeparator: { $0 == " " || $0 == "\t" })[1]))
    }

    /// A worker with so many grants before it; nobody answers it but where told so, and what it does is on a list.
    private func waiting(
        _ count: Int, maxItems: Int = 100, isAnswered: Bool = false, isNoted: Bool = true
    ) throws -> (Playground, URL) {
        let ground = try Playground()
        var options = Playground.Options(graph: "http://127.0.0.1:1")
        if isAnswered {
            let emulator = try EmulatorProgram()
            ground.emulator = emulator
            options = Playground.Options(emulator)
        }
        options.giveUpAfter = "00:10:00"
        options.batch = "maxItems: \(maxItems)"
        try ground.configure(options)
        #expect(try ground.run("init").status == 0)
        let text = grant(["203.0.113.1"], user: "a")
        let line = "for ((n = 0; n < \(count); n++)); do printf %s '\(text)' >spool/incoming/request-$n.json; done"
        #expect(try Program.shell(line, in: ground.folder).status == 0)
        let calls = ground.folder.appendingPathComponent("calls")
        try ground.start(environment: isNoted ? Calls.environment(calls, ground) : [:])
        return (ground, calls)
    }
}

/// The calls of a worker on its spool, as the preloaded library notes them.
private struct Calls {
    private let lines: [Substring]

    init(_ file: URL) throws {
        lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    }

    func count(_ kind: String, _ path: String) -> Int {
        lines.count { $0.contains(" \(kind) \(path)") }
    }

    static func environment(_ file: URL, _ ground: Playground) throws -> [String: String] {
        [
            "LD_PRELOAD": try FaultyDisk.library.get().path, "CP_DIR": ground.spool.path, "CP_ONLY": "open,list,stat",
            "CP_LOG": file.path,
        ]
    }
}

extension Playground {
    /// So often the worker has looked after its spool since, which it does every few seconds.
    fileprivate func expectLooks(_ count: Int, in calls: URL) async throws {
        let before = try Calls(calls).count("stat", "/.spool")
        try await reached("\(count) looks at the spool", every: .milliseconds(200)) {
            try Calls(calls).count("stat", "/.spool") >= before + count
        }
    }
}
