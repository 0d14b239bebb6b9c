import Foundation
import Kit
import Testing

@Suite(.timeLimit(.minutes(2)), .ownThread) struct DoctorSpoolTests {
    @Test("no spool, one without a marker, of another layout, or without a folder: each is named, and the rest goes on")
    func broken() throws {
        let (ground, emulator) = try Playground.configured()
        try ground.configure(onlyOffice: emulator)
        let marker = ground.spool.appendingPathComponent(".spool")
        let layout = try Data(contentsOf: marker)

        try Data("another layout\n".utf8).write(to: marker)
        #expect(try ground.doctor().report.failed == ["spool-marker"])
        try FileManager.default.removeItem(at: marker)
        #expect(try ground.doctor().report.failed == ["spool-marker"])
        try layout.write(to: marker)

        try FileManager.default.removeItem(at: ground.spool.appendingPathComponent("done"))
        let (status, report) = try ground.doctor()
        #expect(status == 1)
        #expect(report.failed == ["spool-folders"])
        #expect(report["spool-folders"]?.seen.contains("done") ?? false)
        #expect(!FileManager.default.fileExists(atPath: ground.spool.appendingPathComponent("done").path))

        try FileManager.default.removeItem(at: ground.spool)
        let bare = try ground.doctor().report
        #expect(bare.failed == ["spool-found"])
        #expect(bare["location-found"]?.verdict == "ok")
        #expect(!FileManager.default.fileExists(atPath: ground.spool.path))
    }

    @Test("a folder that every user may enter, and one that is too narrow, are told with their modes")
    func modes() throws {
        let (ground, emulator) = try Playground.configured()
        try ground.configure(onlyOffice: emulator)
        for (name, mode) in [("incoming", 0o777), ("failed", 0o700)] {
            try FileManager.default.setAttributes(
                [.posixPermissions: mode], ofItemAtPath: ground.spool.appendingPathComponent(name).path)
        }
        let (status, report) = try ground.doctor()
        #expect(status == 0)
        let seen = report["spool-modes"]?.seen ?? ""
        for words in ["incoming/ has 0777, not 03770", "failed/ has 0700, not 02770", "every user"] {
            #expect(seen.contains(words), "\(seen)")
        }
        #expect(report["spool-modes"]?.verdict == "warning")
    }

    @Test("what failed and what has waited long is counted")
    func piles() throws {
        let (ground, emulator) = try Playground.configured()
        try ground.configure(onlyOffice: emulator)
        let name = try ground.drop("{}")
        let file = ground.spool.appendingPathComponent("incoming/\(name)")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -3_600)], ofItemAtPath: file.path)
        let waiting = try ground.doctor().report["spool-waiting"]
        #expect(waiting?.verdict == "warning")
        #expect(waiting?.seen.hasPrefix("1 in incoming/, 0 in work/") ?? false)
        try ground.start()
        ground.expect(name, toEndIn: "SPOOL002")
        #expect(try ground.doctor().report["spool-failed"]?.seen == "1 with SPOOL002")
    }

    @Test("what a worker says of itself is told, and so is its silence")
    func worker() async throws {
        let (ground, emulator) = try Playground.configured()
        try await emulator.fault(#"{"match":{"kind":"patch"},"times":null,"do":"status","status":403}"#)
        try ground.configure(onlyOffice: emulator)
        try ground.start()
        ground.expect(
            try ground.drop(#"{"action":"grant","location":"office","addresses":["8.8.8.8"]}"#), toEndIn: "ENTRA002")
        try eventually("its trouble stands in status.json") {
            try ground.doctor().report["worker-troubles"]?.verdict == "warning"
        }
        let told = try ground.doctor().report
        #expect(told["worker-troubles"]?.seen.hasPrefix("office: ENTRA002") ?? false)
        #expect(told["worker-alive"]?.verdict == "ok")

        let worker = try #require(ground.worker)
        worker.signal(SIGSTOP)
        defer { worker.signal(SIGCONT) }
        let file = ground.spool.appendingPathComponent("status.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        try Data(text.replacing(/"heartbeat" : "[^"]*"/, with: "\"heartbeat\" : \"2026-01-01T00:00:00Z\"").utf8).write(
            to: file)
        let silent = try ground.doctor().report
        #expect(silent["spool-worker"]?.verdict == "ok")
        #expect(silent["worker-alive"]?.verdict == "warning")
    }

    @Test("a ledger that cannot be read fails, and one that is nobody's is told")
    func ledgers() throws {
        let (ground, emulator) = try Playground.configured()
        try ground.configure(onlyOffice: emulator)
        try ground.start()
        ground.expect(try ground.drop(#"{"action":"flush","location":"office"}"#), toEndIn: "done")
        #expect(ground.worker?.stop() == 0)
        try ground.changeLedger(
            "INSERT INTO location SELECT 9, 'x' || substr(id, 2), 'old-office', 'never', 0, NULL, NULL FROM location")
        let orphan = try ground.doctor()
        #expect(orphan.status == 0)
        #expect(orphan.report["ledger-orphans"]?.seen.hasPrefix("old-office left") ?? false)
        try ground.changeLedger("UPDATE location SET leases = 7")
        let (status, report) = try ground.doctor()
        #expect(status == 1)
        #expect(report.failed == ["ledger-readable"])
    }
}
