import Foundation
import Kit
import Testing

@testable import knocknoc_entra

/// The log as a person or journald reads it, and what must never get into it.
@Suite(.timeLimit(.minutes(2)), .ownThread) struct LogTests {
    @Test("what Entra took is told with its batch and Graph's request id, in the log and in the journal")
    func receipt() async throws {
        let (ground, _) = try Playground.started()
        ground.expect(try ground.drop(grant(["203.0.113.1"])), toEndIn: "done")
        eventually("the log tells") { ground.log.contains("event=grant.applied") }
        let line = try #require(ground.log.split(separator: "\n").first { $0.contains("event=grant.applied") })
        #expect(line.contains(/\ batch=1 attempt=1 graph_status=20\d graph_request_id=[0-9a-f-]{36}/), "\(line)")
        let written = try #require(ground.log.split(separator: "\n").first { $0.contains("event=location.written") })
        #expect(written.contains(" batch=1 "), "\(written)")
        let journal = try ground.journal()
        #expect(journal.contains(/"batch":1,.*"graph_status":20\d,"graph_request_id":"[0-9a-f-]{36}"/), "\(journal)")
        ground.expect(try ground.drop(grant(["203.0.113.2"])), toEndIn: "done")
        eventually("the next list is the next batch") { ground.log.contains(/event=grant.applied.* batch=2 attempt=1/) }
        // The same again needs no request.
        ground.expect(try ground.drop(grant(["203.0.113.2"])), toEndIn: "done")
        eventually("all is told") { ground.log.components(separatedBy: "event=grant.applied").count == 4 }
        let last = ground.log.split(separator: "\n").last { $0.contains("event=grant.applied") } ?? ""
        #expect(!last.contains(" batch=") && !last.contains("graph_status"), "\(last)")
    }

    @Test(
        "priorities are for journald alone: JOURNAL_STREAM has to name standard error itself", arguments: [true, false])
    func journald(isJournal: Bool) async throws {
        let (ground, _) = try Playground.configured()
        let log = ground.folder.appendingPathComponent("worker.log")
        try Data().write(to: log)
        let file = try FileManager.default.attributesOfItem(atPath: log.path)
        let device = try #require(file[.systemNumber] as? NSNumber).uint64Value
        let inode = try #require(file[.systemFileNumber] as? NSNumber).uint64Value
        try ground.start(environment: ["JOURNAL_STREAM": "\(device):\(isJournal ? inode : inode + 1)"])
        ground.expect(try ground.drop(grant(["203.0.113.1"], location: "deleted")), toEndIn: "ENTRA052")
        eventually("the log tells") { ground.log.contains("event=grant.failed") }
        let line = try #require(ground.log.split(separator: "\n").first { $0.contains("event=grant.failed") })
        #expect(line.hasPrefix(isJournal ? "<4>level=warning" : "time=20"), "\(line)")
    }

    @Test(
        "what could end a line, steer a terminal or turn the order of what is shown is escaped, and reads back the same",
        arguments: [
            "\n", "\u{1B}[2J", "\u{9B}31m", "\u{7F}", "\u{2028}", "\u{202E}ecila", "\u{2066}x\u{2069}", "\u{FEFF}",
        ])
    func escaping(text: String) throws {
        let json = jsonText(text)
        #expect(json.unicodeScalars.allSatisfy { (0x20..<0x7F).contains($0.value) }, "\(json)")
        #expect(try JSONDecoder().decode(String.self, from: Data(json.utf8)) == text)
    }

    @Test("letters of any script and joined signs stay as they are", arguments: ["naïve", "الاسم", "👩‍💻", "a\u{301}"])
    func letters(text: String) {
        #expect(jsonText(text) == "\"\(text)\"")
    }
}
