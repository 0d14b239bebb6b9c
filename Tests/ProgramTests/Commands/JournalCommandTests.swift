import Foundation
import Kit
import Testing

/// `journal verify` on what the built worker wrote.
@Suite(.ownThread) struct JournalCommandTests {
    @Test("the journal of two lives is whole, and a line that somebody edits is found")
    func verify() async throws {
        let (ground, _) = try Playground.configured()
        for life in 1...2 {
            try ground.start()
            let name = try ground.drop(
                #"{"action":"grant","location":"office","addresses":["203.0.113.\#(life)"],"durationSeconds":600}"#)
            ground.expect(name, toEndIn: "done")
            if life == 1 { ground.worker?.kill() }
        }
        #expect(ground.worker?.stop() == 0)
        let whole = try ground.run("journal", "verify")
        #expect(whole.status == 0 && whole.output.contains("whole   2 lines"), "\(whole.output)")
        let file = try #require(
            FileManager.default.contentsOfDirectory(atPath: ground.spool.path + "/journal").sorted().first)
        let path = ground.spool.appendingPathComponent("journal/\(file)")
        let text = try String(contentsOf: path, encoding: .utf8)
        try Data(text.replacing("203.0.113.1/", with: "203.0.113.3/").utf8).write(to: path)
        let broken = try ground.run("journal", "verify")
        #expect(broken.status == 1 && broken.output.contains("BROKEN  \(file) line 2"), "\(broken.output)")
        #expect(try ground.run("journal", "verify", "--json").output.contains(#""whole":false"#))
        #expect(try ground.run("journal").status == 64)
    }
}
