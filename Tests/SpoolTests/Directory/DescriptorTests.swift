import Foundation
import Glibc
import Grants
import Testing

@testable import Spool

struct DescriptorTests {
    @Test("a thousand failures of every kind leave no descriptor open")
    func failures() async {
        // Alone in its process, so that nobody else opens files meanwhile.
        await #expect(processExitsWith: .success) {
            let spool = try TemporarySpool()
            let folder = spool.spool.failed
            unsafe mkfifo(spool.path + "/failed/fifo", 0o600)
            try spool.make("failed/folder")
            try spool.put("file", String(repeating: "x", count: 100), in: "failed")
            try spool.put("ENTRA052", in: "failed")
            try spool.make("journal/20261120.ndjson")
            try spool.put("huge.json", String(repeating: " ", count: 70_000))
            try spool.put("torn.json", "{")
            let claim = try spool.putClaim("a.json", number: 1)
            let journal = Journal(spool.spool)
            let settle = Settle(spool.spool)
            let now = Timestamp(seconds: 1_795_215_600)
            func failOnce() {
                _ = try? folder.read(Array("folder".utf8), limit: 10)
                _ = try? folder.read(Array("file".utf8), limit: 10)
                _ = try? folder.read(Array("none".utf8), limit: 10)
                _ = try? folder.writeNote(Array("folder".utf8), [], mode: 0o600)
                _ = try? folder.replace("folder", with: [1], mode: 0o600)
                _ = try? folder.folder("fifo")
                _ = try? folder.folder(making: "file", mode: 0o700)
                _ = try? journal.append([1], at: now)
                _ = try? settle.settle(
                    [Settle.Move(claim: claim, verdict: .failed(.entra052), why: "x", isRetry: true)], at: now)
                _ = try? SpoolDirectory.open(at: spool.path)
                _ = try? spool.take(at: spool.now)
                _ = try? PoisonMark(spool.spool).begin()
                _ = SpoolWatch(folder)
            }
            func count() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
            failOnce()
            let before = try count()
            for _ in 0..<1_000 { failOnce() }
            #expect(try count() == before)
        }
    }
}
