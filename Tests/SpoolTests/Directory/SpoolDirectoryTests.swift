import Foundation
import Glibc
import Linux
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

    @Test("a folder that holds what the worker must not forget is missed, and named", arguments: ["work", "ledger"])
    func missingFolder(name: String) throws {
        let spool = try TemporarySpool()
        unsafe rmdir("\(spool.path)/\(name)")
        #expect(trouble(spool.path)?.description.contains("/\(name)") == true)
        #expect(trouble(spool.path)?.exitCode == 66)
    }

    @Test(
        "any other folder that somebody removed is made anew, as init makes it",
        arguments: ["tmp", "incoming", "done", "failed", "hold", "journal"])
    func removedFolder(name: String) throws {
        let path = try TemporarySpool.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: path) }
        _ = try SpoolInit.run(at: path)
        let mode = try Folder.open(path: path).folder(name).status().mode
        unsafe rmdir("\(path)/\(name)")
        let spool = try SpoolDirectory.open(at: path)
        #expect(try spool.root.folder(name).status().mode == mode)
        guard !["incoming", "journal"].contains(name) else { return }
        unsafe rmdir("\(path)/\(name)")
        #expect(try spool.makeMissing() == [name])
        #expect(SpoolHealth(spool).check().trouble == nil)
        try spool.root.remove(Array(".spool".utf8))
        unsafe rmdir("\(path)/\(name)")
        #expect(try spool.makeMissing() == [])
    }

    @Test("a folder that the worker may not enter is refused with its path, 77")
    func forbidden() throws {
        let path = try TemporarySpool.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: path) }
        _ = try SpoolInit.run(at: path)
        guard let found = asNobody({ trouble(path) }) else { return }
        #expect(found?.description.hasSuffix("/work: Permission denied (errno 13)") == true, "\(found as Any)")
        #expect(found?.exitCode == 77)
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
