import Foundation
import Kit
import Testing

@Suite(.timeLimit(.minutes(2)), .ownThread) struct BadInputTests {
    /// What is dropped, where it has to end, and a word that its note has to say.
    static let bad: [(text: String, code: String, says: String)] = [
        ("this is not JSON", "SPOOL001", "line 1"),
        ("", "SPOOL001", "empty"),
        (#"{"action":"grant","action":"revoke","addresses":["203.0.113.1"]}"#, "SPOOL001", "action"),
        (#"{"action":"grant","location":"office"}"#, "SPOOL002", "addresses"),
        (
            #"{"action":"grant","location":"office","addresses":["203.0.113.1"],"expiresAtt":"2030-01-01T00:00:00Z"}"#,
            "SPOOL002", "expiresAt"
        ),
        (#"{"action":"allow","location":"office","addresses":["203.0.113.1"]}"#, "SPOOL002", "grant"),
        (#"{"action":"grant","location":"offce","addresses":["203.0.113.1"]}"#, "SPOOL003", "office"),
        (#"{"action":"grant","location":"office","addresses":["0.0.0.0/0"]}"#, "ENTRA051", "0.0.0.0/0"),
        (#"{"action":"grant","location":"office","addresses":["10.1.2.3"]}"#, "ENTRA051", "allowPrivate"),
        (#"{"action":"grant","location":"office","addresses":["203.0.113.7/24"]}"#, "ENTRA051", "203.0.113.0/24"),
        (
            #"{"action":"grant","location":"office","addresses":["203.0.113.1"],"expiresAt":"2020-01-01T00:00:00Z"}"#,
            "SPOOL004", "2020"
        ),
        (String(repeating: "x", count: 10 << 20), "SPOOL001", "64 KiB"),
    ]

    @Test("what is wrong goes to its folder with a note that helps; the good ones dropped with it are done")
    func badAndGood() async throws {
        let (ground, emulator) = try Playground.started()
        var names: [(name: String, code: String, says: String)] = []
        for (index, row) in Self.bad.enumerated() {
            names.append((try ground.drop(row.text, as: "bad-\(index).json"), row.code, row.says))
            let good = #"{"action":"grant","location":"office","addresses":["198.51.100.\#(index)"]}"#
            names.append((try ground.drop(good, as: "good-\(index).json"), "done", ""))
        }
        for (name, code, says) in names {
            ground.expect(name, toEndIn: code)
            if code != "done" { #expect(ground.why(name).contains(says), "\(name): \(ground.why(name))") }
        }
        #expect(try await emulator.ranges(EmulatorProgram.office).count == Self.bad.count)
    }

    @Test("a link, a FIFO and a folder are moved aside unread")
    func unsafeFiles() throws {
        let (ground, _) = try Playground.started()
        let incoming = ground.spool.appendingPathComponent("incoming")
        try FileManager.default.createSymbolicLink(
            atPath: incoming.appendingPathComponent("link.json").path, withDestinationPath: "/etc/passwd")
        let fifo = incoming.appendingPathComponent("fifo.json").path
        let made = unsafe mkfifo(fifo, 0o600)
        #expect(made == 0)
        try FileManager.default.createDirectory(
            at: incoming.appendingPathComponent("folder.json"), withIntermediateDirectories: false)
        for name in ["link.json", "fifo.json", "folder.json"] {
            ground.expect(name, toEndIn: "SPOOL007")
            #expect(!ground.why(name).contains("root:"))
        }
    }

    @Test("a file written slowly and in two goes is taken when it is whole")
    func slowWriter() throws {
        let (ground, _) = try Playground.started()
        let file = ground.spool.appendingPathComponent("incoming/slow.json")
        try Data(#"{"action":"grant","location":"office","#.utf8).write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        try handle.seekToEnd()
        for byte in #""addresses":["203.0.113.77"]}"#.utf8 {
            try handle.write(contentsOf: Data([byte]))
            usleep(20_000)
        }
        #expect(ground.verdict("slow.json") == nil)
        try handle.close()
        ground.expect("slow.json", toEndIn: "done")
    }
}
