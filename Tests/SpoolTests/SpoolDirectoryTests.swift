import Foundation
import Glibc
import Testing

@testable import Spool

struct SpoolDirectoryTests {
    private func trouble(_ path: String) -> SpoolTrouble? {
        do {
            _ = try SpoolDirectory.open(at: path)
            return nil
        } catch {
            return error
        }
    }

    @Test("a folder without marker is refused: an unmounted disk must not look empty")
    func marker() throws {
        let spool = try TemporarySpool()
        try spool.spool.root.remove(Array(".spool".utf8))
        #expect(trouble(spool.path) == .notInitialised(spool.path))
        #expect(trouble(spool.path)?.exitCode == 66)
        #expect(trouble(spool.path + "/none") == .missing(spool.path + "/none"))
        try spool.put(".spool", "another layout\n", in: "")
        #expect(trouble(spool.path) == .otherLayout(spool.path))
    }

    @Test("a second worker is refused until the first is gone")
    func lock() throws {
        let path = try TemporarySpool.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: path) }
        _ = try SpoolInit.run(at: path)
        var first: SpoolDirectory? = try SpoolDirectory.open(at: path)
        withExtendedLifetime(first) {
            #expect(trouble(path) == .alreadyLocked(path))
            #expect(trouble(path)?.exitCode == 75)
        }
        first = nil
        #expect(trouble(path) == nil)
    }

    @Test("another process is refused as well", .enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/flock")))
    func otherProcess() throws {
        let spool = try TemporarySpool()
        let other = try Process.run(
            URL(filePath: "/usr/bin/flock"), arguments: ["--nonblock", spool.path + "/work", "true"])
        other.waitUntilExit()
        #expect(other.terminationStatus == 1)
    }

    @Test("a missing folder is named")
    func missingFolder() throws {
        let spool = try TemporarySpool()
        unsafe rmdir(spool.path + "/journal")
        #expect(trouble(spool.path)?.description.contains("/journal") == true)
        #expect(trouble(spool.path)?.exitCode == 66)
    }

    @Test("a folder that is a symbolic link is refused")
    func link() throws {
        let spool = try TemporarySpool()
        unsafe rmdir(spool.path + "/done")
        try FileManager.default.createSymbolicLink(atPath: spool.path + "/done", withDestinationPath: "/tmp")
        let found = try #require(trouble(spool.path))
        guard case .cannotOpen(let error) = found else {
            Issue.record("\(found)")
            return
        }
        #expect(error.code == ENOTDIR || error.code == ELOOP)
    }

    @Test("what a probe or a producer left under its name does not keep the worker from starting")
    func probe() throws {
        let path = try TemporarySpool.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: path) }
        _ = try SpoolInit.run(at: path)
        unsafe mkdir(path + "/incoming/.probe", 0o700)
        try Folder.open(path: path).folder("work").writeNote(Array(".probe".utf8), [], mode: 0o600)
        let spool = try SpoolDirectory.open(at: path)
        #expect(try spool.incoming.names() == [Array(".probe".utf8)])
        #expect(try spool.work.names().isEmpty)
    }
}
