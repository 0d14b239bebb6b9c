import Foundation
import Testing

@Suite(.timeLimit(.minutes(10)), .serialized) struct FullDiskTests {
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

    private func ready(on disk: SmallDisk) throws -> (Playground, EmulatorProgram) {
        let ground = try Playground()
        let emulator = try EmulatorProgram(in: ground.folder)
        try FileManager.default.createDirectory(at: ground.spool, withIntermediateDirectories: true)
        try disk.mount(on: ground.spool)
        try ground.configure(.init(emulator))
        #expect(try ground.run("init").status == 0)
        try ground.start()
        ground.emulator = emulator
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

    /// Nil without root, which is a failure only where CI says that it has everything.
    init?(megabytes: Int) throws {
        self.megabytes = megabytes
        guard geteuid() == 0 else {
            if ProcessInfo.processInfo.environment["CI"] != nil { Issue.record("needs root to mount a small disk") }
            return nil
        }
    }

    deinit {
        if let place { try? run("umount", "-l", place) }
    }

    func mount(on folder: URL) throws {
        try run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", folder.path)
        place = folder.path
    }

    func fill(_ file: URL) throws {
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        let block = Data(repeating: 0, count: 4_096)
        while (try? handle.write(contentsOf: block)) != nil {}
        try handle.close()
    }

    private func run(_ words: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(words.joined(separator: " "))")
    }
}
