import Foundation
import Glibc
import Linux
import Testing

@testable import Spool

struct SpoolLayoutTests {
    @Test("init makes every folder with its mode, whatever the umask, and the marker")
    func modes() throws {
        let spool = try TemporarySpool()
        let wanted = [
            "tmp": "3770", "incoming": "3770", "work": "700", "done": "2750", "failed": "2770", "hold": "2770",
            "ledger": "2750", "journal": "750",
        ]
        for (place, mode) in wanted { #expect(try spool.mode(place) == mode, "\(place)") }
        #expect(spool.text(".spool", in: "") == SpoolLayout.version)
        #expect(spool.names("") == [".spool"] + wanted.keys.sorted())
    }

    @Test("a new root can be passed through by producers")
    func root() throws {
        let parent = try TemporarySpool.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: parent) }
        _ = try SpoolInit.run(at: parent + "/new")
        #expect(String(try Folder.open(path: parent + "/new").status().mode, radix: 8) == "755")
    }

    @Test("init again repairs modes and leaves items and marker alone")
    func again() throws {
        let spool = try TemporarySpool()
        try spool.put("a.json")
        let marker = try spool.spool.root.status(of: Array(".spool".utf8))
        unsafe chmod(spool.path + "/incoming", 0o755)
        _ = try SpoolInit.run(at: spool.path)
        #expect(try spool.mode("incoming") == "3770")
        #expect(spool.names("incoming") == ["a.json"])
        #expect(try spool.spool.root.status(of: Array(".spool".utf8)).identity == marker.identity)
    }

    @Test("a group that is not there is a remark that says what to do")
    func groups() throws {
        let spool = try TemporarySpool()
        let remarks = try SpoolInit.run(at: spool.path)
        guard SystemCall.group(named: SpoolLayout.submitters) == nil else { return }
        #expect(remarks.count == 2)
        #expect(remarks.contains { $0.contains("groupadd --system entra-submit") })
    }
}
