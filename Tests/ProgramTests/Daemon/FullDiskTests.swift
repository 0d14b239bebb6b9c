import Foundation
import Kit
import Testing

@Suite(.timeLimit(.minutes(10)), .ownThread) struct FullDiskTests {
    @Test("on a full disk removals are still sent, nothing is added or settled, and it goes on when there is room")
    func fullDisk() async throws {
        guard let disk = try SmallDisk(megabytes: 40) else { return }
        let (ground, emulator) = try ready(on: disk)
        ground.expect(try ground.drop(grant("203.0.113.1", user: "a")), toEndIn: "done")
        let revoke = try ground.prepare(#"{"action":"revoke","location":"office","user":"a"}"#, as: "revoke.json")
        let later = try ground.prepare(grant("203.0.113.2", user: "b"), as: "later.json")
        try disk.fill(ground.spool.appendingPathComponent("hold/ballast"))
        try revoke()
        try later()
        try await emulator.expect(EmulatorProgram.office, toHold: ["192.0.2.0/32"])
        #expect(ground.verdict("revoke.json") == nil)
        #expect(ground.verdict("later.json") == nil)
        #expect(ground.log.components(separatedBy: "event=spool.unwritable").count == 2, "\(ground.log.suffix(2_000))")
        try FileManager.default.removeItem(at: ground.spool.appendingPathComponent("hold/ballast"))
        ground.expect("revoke.json", toEndIn: "done")
        ground.expect("later.json", toEndIn: "done")
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.2/32"])
        ground.worker?.kill()
    }

    @Test(
        "with Entra authentication on, a proved removal is sent from such a disk, and an unproved one never",
        arguments: ["full", "read-only"])
    func withTokens(state: String) async throws {
        guard let disk = try SmallDisk(megabytes: 40) else { return }
        let (ground, emulator) = try ready(on: disk) { $0.authenticate() }
        let token = try await emulator.mint(Mint.valid)
        let first = signed(grant("203.0.113.1", user: "a"), token)
        let second = signed(grant("203.0.113.2", user: "b"), token)
        for text in [first, second] { ground.expect(try ground.drop(text), toEndIn: "done") }
        let revoke = #"{"action":"revoke","location":"office","user":"USER"}"#
        #expect(ground.worker?.stop() == 0)
        try ground.drop(signed(grant("203.0.113.3", user: "c"), token), as: "later.json")
        try ground.drop(revoke.replacing("USER", with: "b"), as: "bare.json")
        try ground.drop(signed(revoke.replacing("USER", with: "a"), token), as: "proved.json")
        try disk.close(state)
        try ground.start()
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.2/32"])
        try disk.open(state)
        ground.expect("proved.json", toEndIn: "done")
        ground.expect("bare.json", toEndIn: "SPOOL006")
        ground.expect("later.json", toEndIn: "done")
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.2/32", "203.0.113.3/32"])
        #expect(ground.worker?.stop() == 0)
    }

    @Test(
        "started on such a disk it sends removals only, says so once, and goes on by itself when it can write",
        arguments: [("full", true), ("full", false), ("read-only", true), ("read-only", false)])
    func startWithoutRoom(state: String, afterCleanStop: Bool) async throws {
        guard let disk = try SmallDisk(megabytes: 40) else { return }
        let (ground, emulator) = try ready(on: disk)
        let end = timestamp(Date(timeIntervalSinceNow: 10))
        let brief = #"{"action":"grant","location":"office","addresses":["203.0.113.1"],"expiresAt":"\#(end)"}"#
        ground.expect(try ground.drop(brief), toEndIn: "done")
        ground.expect(try ground.drop(grant("203.0.113.2", user: "b")), toEndIn: "done")
        if afterCleanStop { #expect(ground.worker?.stop() == 0) } else { ground.worker?.kill() }
        let later = try ground.drop(grant("203.0.113.3", user: "c"))
        try disk.close(state)
        try ground.start()
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.2/32"])
        eventually("it is told") { ground.count(of: "spool.unwritable") > 0 }
        #expect(ground.verdict(later) == nil)
        #expect(ground.worker?.isRunning == true)
        let held = try await emulator.ranges(EmulatorProgram.office)
        #expect(held == ["203.0.113.2/32"], "\(ground.log.suffix(4_000))")
        try disk.open(state)
        ground.expect(later, toEndIn: "done")
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.2/32", "203.0.113.3/32"])
        #expect(ground.count(of: "spool.unwritable") == 1, "\(ground.log.suffix(4_000))")
        #expect(ground.count(of: "spool.writable") == 1)
        #expect(ground.worker?.stop() == 0)
    }

    @Test(
        "a mount between the spool's folders is refused at the start, also where nothing can be written",
        arguments: [false, true])
    func mountInside(isReadOnly: Bool) throws {
        guard let disk = try SmallDisk(megabytes: 40) else { return }
        let (ground, _) = try ready(on: disk)
        #expect(ground.worker?.stop() == 0)
        let done = ground.spool.appendingPathComponent("done").path
        try disk.run("mount", "--bind", done, done)
        defer { try? disk.run("umount", "-l", done) }
        if isReadOnly { try disk.close("read-only") }
        let (status, output) = try ground.run("run")
        #expect(status == 66, "\(output)")
        #expect(output.contains("must lie on one file system, without bind mounts between them"))
    }

    private func ready(
        on disk: SmallDisk, _ change: (inout Playground.Options) -> Void = { _ in }
    ) throws -> (Playground, EmulatorProgram) {
        let (ground, emulator) = try Playground.configured(change)
        try FileManager.default.createDirectory(at: ground.spool, withIntermediateDirectories: true)
        try disk.mount(on: ground.spool)
        #expect(try ground.run("init").status == 0)
        try ground.start()
        return (ground, emulator)
    }

    private func grant(_ address: String, user: String, seconds: Int = 600) -> String {
        #"{"action":"grant","location":"office","addresses":["\#(address)"],"user":"\#(user)","durationSeconds":\#(seconds)}"#
    }
}

/// A tmpfs of its own, which only root may mount.
final class SmallDisk {
    private let megabytes: Int
    private var place: String?

    /// Nil without root, which is a failure where CI says that it has everything, and else a warning.
    init?(megabytes: Int) throws {
        self.megabytes = megabytes
        guard geteuid() == 0 else {
            let isCI = ProcessInfo.processInfo.environment["CI"] != nil
            Issue.record("needs root to mount a small disk", severity: isCI ? .error : .warning)
            return nil
        }
    }

    deinit {
        // A test may have taken it away itself.
        if let place { _ = try? status(of: ["umount", "-l", place]) }
    }

    func mount(on folder: URL) throws {
        try run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", folder.path)
        place = folder.path
    }

    /// A worker that looks at it just then makes it busy for a moment.
    func unmount() throws {
        guard let place else { return }
        eventually("\(place) is unmounted") { (try? status(of: ["umount", place])) == 0 }
        self.place = nil
    }

    /// Leaves it `full` or `read-only`.
    func close(_ state: String) throws {
        let place = try #require(place)
        if state == "full" {
            try fill(URL(fileURLWithPath: place + "/hold/ballast"))
        } else {
            try run("mount", "-o", "remount,ro", place)
        }
    }

    func open(_ state: String) throws {
        let place = try #require(place)
        if state == "full" {
            try FileManager.default.removeItem(atPath: place + "/hold/ballast")
        } else {
            try run("mount", "-o", "remount,rw", place)
        }
    }

    func fill(_ file: URL) throws {
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        let block = Data(repeating: 0, count: 4_096)
        while (try? handle.write(contentsOf: block)) != nil {}
        try handle.close()
    }

    func run(_ words: String...) throws {
        #expect(try status(of: words) == 0, "\(words.joined(separator: " "))")
    }

    private func status(of words: [String]) throws -> Int32 {
        try Program.run("/usr/bin/env", words).status
    }
}
