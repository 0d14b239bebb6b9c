import Foundation
import Kit
import Testing

@Suite(.timeLimit(.minutes(2)), .ownThread) struct LifeTests {
    @Test("a revoke takes the address away, a flush takes all, and an expiry comes by itself")
    func removals() async throws {
        let (ground, emulator) = try ready()
        ground.expect(try ground.drop(grant("203.0.113.1", user: "a")), toEndIn: "done")
        ground.expect(try ground.drop(grant("203.0.113.2", user: "b")), toEndIn: "done")
        ground.expect(
            try ground.drop(#"{"action":"revoke","location":"office","user":"A"}"#), toEndIn: "done")
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["203.0.113.2/32"])
        ground.expect(try ground.drop(grant("203.0.113.3", seconds: 8)), toEndIn: "done")
        let written = try await emulator.log().compactMap(\.ranges)
        #expect(written.contains { Set($0) == ["203.0.113.2/32", "203.0.113.3/32"] })
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.2/32"])
        ground.expect(try ground.drop(#"{"action":"flush","location":"office"}"#), toEndIn: "done")
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["192.0.2.0/32"])
    }

    @Test("two people behind one address do not log each other out")
    func sharedAddress() async throws {
        let (ground, emulator) = try ready()
        ground.expect(try ground.drop(grant("203.0.113.1", user: "a")), toEndIn: "done")
        ground.expect(try ground.drop(grant("203.0.113.1", user: "b")), toEndIn: "done")
        ground.expect(try ground.drop(#"{"action":"revoke","location":"office","user":"a"}"#), toEndIn: "done")
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["203.0.113.1/32"])
        ground.expect(try ground.drop(#"{"action":"revoke","location":"office","user":"b"}"#), toEndIn: "done")
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["192.0.2.0/32"])
    }

    @Test("a grant older than a revoke is refused, whichever came first")
    func olderGrant() throws {
        let (ground, _) = try ready()
        ground.expect(
            try ground.drop(#"{"action":"revoke","location":"office","grantId":"k"}"#), toEndIn: "done")
        let old =
            #"{"action":"grant","location":"office","addresses":["203.0.113.1"],"grantId":"k","issuedAt":"2026-01-01T00:00:00Z","expiresAt":"2099-01-01T00:00:00Z"}"#
        // Its end is shortened to a day after its issue, which is over as well; time is judged first.
        ground.expect(try ground.drop(old), toEndIn: "SPOOL004")
        let recent = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: -60))
        let late =
            #"{"action":"grant","location":"office","addresses":["203.0.113.1"],"grantId":"k","issuedAt":"\#(recent)"}"#
        ground.expect(try ground.drop(late), toEndIn: "SPOOL005")
    }

    @Test("a failed item is retried with mv once its cause is mended")
    func retryByHand() async throws {
        let (ground, emulator) = try ready()
        let name = try ground.drop(grant("203.0.113.1", location: "deleted"))
        ground.expect(name, toEndIn: "ENTRA052")
        try await emulator.put(EmulatorProgram.deleted, ranges: ["192.0.2.0/32"])
        let failed = ground.spool.appendingPathComponent("failed/ENTRA052")
        for file in try FileManager.default.contentsOfDirectory(atPath: failed.path) {
            try FileManager.default.moveItem(
                at: failed.appendingPathComponent(file),
                to: ground.spool.appendingPathComponent("incoming/\(file)"))
        }
        ground.expect(name, toEndIn: "done")
        #expect(try await emulator.ranges(EmulatorProgram.deleted) == ["203.0.113.1/32"])
        eventually("the note is absorbed") { !ground.places().contains { $0.hasSuffix(".why") } }
    }

    @Test("a restart goes on from the ledger: nothing leaves, and a clean stop costs no request")
    func restart() async throws {
        let (ground, emulator) = try ready()
        ground.expect(try ground.drop(grant("203.0.113.1")), toEndIn: "done")
        #expect(ground.worker?.stop() == 0)
        let before = try await emulator.log().count
        try ground.start()
        ground.expect(try ground.drop("{}"), toEndIn: "SPOOL002")
        #expect(try await emulator.log().count == before)
        ground.expect(try ground.drop(grant("203.0.113.2")), toEndIn: "done")
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["203.0.113.1/32", "203.0.113.2/32"])
    }

    @Test("a killed worker writes its list again at the next start")
    func unclean() async throws {
        let (ground, emulator) = try ready()
        ground.expect(try ground.drop(grant("203.0.113.1")), toEndIn: "done")
        ground.worker?.kill()
        try await emulator.put(EmulatorProgram.office, ranges: ["198.51.100.1/32"])
        let before = try await emulator.counts().patch
        try ground.start()
        try await emulator.arrived("patch", atLeast: before + 1)
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["203.0.113.1/32"])
    }

    @Test("run --once settles what waits and says how it went", arguments: [(false, Int32(0)), (true, Int32(1))])
    func once(withFailure: Bool, status: Int32) async throws {
        let (ground, _) = try Playground.configured()
        #expect(try ground.run("init").status == 0)
        let good = try ground.drop(grant("203.0.113.1"))
        if withFailure { try ground.drop("{}") }
        let (ended, output) = try ground.run("run", "--once")
        #expect(ended == status, "\(output)")
        #expect(ground.verdict(good) == "done")
    }

    @Test("a second worker is refused, a folder that is no spool too")
    func refusals() throws {
        let (ground, _) = try ready()
        eventually("the first has started") { ground.log.contains("event=started") }
        let second = try ground.run("run", "--once")
        #expect(second.status == 75)
        #expect(second.output.contains("another worker"))
        #expect(ground.worker?.stop() == 0)
        try FileManager.default.removeItem(at: ground.spool.appendingPathComponent(".spool"))
        let unmarked = try ground.run("run")
        #expect(unmarked.status == 66)
        #expect(unmarked.output.contains("not mounted"))
    }

    @Test("while one location fails, its neighbour is served")
    func neighbours() throws {
        let (ground, _) = try ready()
        let bad = try ground.drop(grant("203.0.113.1", location: "countries"))
        let good = try ground.drop(grant("203.0.113.1", location: "lab"))
        ground.expect(good, toEndIn: "done")
        ground.expect(bad, toEndIn: "ENTRA053")
    }

    @Test("SIGHUP takes a new configuration; a bad one is refused and the old one stays")
    func reload() async throws {
        let (ground, emulator) = try ready()
        ground.expect(try ground.drop(grant("203.0.113.1")), toEndIn: "done")
        let file = ground.folder.appendingPathComponent("config.json5")
        let good = try String(contentsOf: file, encoding: .utf8)
        try Data(
            good.replacingOccurrences(of: "office:", with: "offices:").replacingOccurrences(of: "grace", with: "grase")
                .utf8
        ).write(to: file)
        ground.worker?.signal(SIGHUP)
        eventually("the bad one is refused") { ground.log.contains("event=reload.refused") }
        ground.expect(try ground.drop(grant("203.0.113.2")), toEndIn: "done")
        try Data(good.replacingOccurrences(of: "lab:", with: "laboratory:").utf8).write(to: file)
        ground.worker?.signal(SIGHUP)
        eventually("the good one is taken") { ground.log.contains("event=reload.accepted") }
        ground.expect(try ground.drop(grant("203.0.113.3", location: "laboratory")), toEndIn: "done")
        ground.expect(try ground.drop(grant("203.0.113.3", location: "lab")), toEndIn: "SPOOL003")
        ground.expect(try ground.drop(grant("203.0.113.4")), toEndIn: "done")
        #expect(
            try await emulator.ranges(EmulatorProgram.office) == [
                "203.0.113.1/32", "203.0.113.2/32", "203.0.113.4/32",
            ])
    }

    @Test("a ledger that cannot be read pauses its location and no other; mended, it goes on")
    func brokenLedger() async throws {
        let (ground, emulator) = try ready()
        ground.expect(try ground.drop(grant("203.0.113.1")), toEndIn: "done")
        #expect(ground.worker?.stop() == 0)
        let good = try ground.copyLedger()
        try ground.changeLedger("UPDATE location SET leases = 7 WHERE name = 'office'")
        try ground.start()
        let held = try ground.drop(grant("203.0.113.2"))
        ground.expect(try ground.drop(grant("203.0.113.2", location: "lab")), toEndIn: "done")
        eventually("it waits in work") { ground.places().contains { $0.hasPrefix("work/") && $0.contains(held) } }
        #expect(ground.log.contains("event=ledger.unreadable"))
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["203.0.113.1/32"])
        #expect(ground.worker?.stop() == 0)
        try ground.putLedger(good)
        try ground.start()
        ground.expect(held, toEndIn: "done")
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["203.0.113.1/32", "203.0.113.2/32"])
    }

    @Test(
        "a start whose clock cannot be told from a wrong one ends nothing and reads nothing until Entra has said the time"
    )
    func doubtedAtStart() async throws {
        let (ground, emulator) = try ready()
        ground.expect(try ground.drop(grant("203.0.113.1")), toEndIn: "done")
        #expect(ground.worker?.stop() == 0)
        // As if this host's clock had gone wrong by two days since, and the lease were over by it.
        try ground.changeLedger(
            """
            UPDATE clock SET recorded = recorded - 172800000000;
            UPDATE lease SET expiresAt = expiresAt - 86400000000, issuedAt = issuedAt - 172800000000
            """)
        try await emulator.fault(#"{"match":{"kind":"token"},"times":9999,"do":"reset"}"#)
        let waiting = try ground.drop(grant("203.0.113.2"))
        try ground.start()
        try await reached("it is told") { ground.log.contains("event=clock.doubted") }
        let identifier = try #require(ground.worker?.identifier)
        func ticks() throws -> Int {
            let fields = try String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8).split(separator: " ")
            return (Int(fields[13]) ?? 0) + (Int(fields[14]) ?? 0)
        }
        let before = try ticks()
        try await Task.sleep(for: .seconds(2))
        #expect(try ticks() - before < 50, "it waits without spinning")
        #expect(ground.places().contains("incoming/\(waiting)") && !ground.log.contains("event=lease.expired"))
        #expect(try ground.askLedger("SELECT count(*) FROM lease") == [1])
        try await emulator.clearFaults()
        try await reached("Entra's date is taken") { ground.log.contains("event=clock.trusted") }
        ground.expect(waiting, toEndIn: "done")
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.2/32"])
    }

    @Test("run --once says that items wait for a location whose ledger cannot be read")
    func onceWithBrokenLedger() throws {
        let (ground, _) = try ready()
        ground.expect(try ground.drop(grant("203.0.113.1")), toEndIn: "done")
        #expect(ground.worker?.stop() == 0)
        try ground.changeLedger("UPDATE location SET leases = 7")
        #expect(try ground.run("run", "--once").status == 0)
        try ground.drop(grant("203.0.113.2"))
        let (status, output) = try ground.run("run", "--once")
        #expect(status == 1 && output.contains("held=1"), "\(output)")
    }

    @Test(
        "more grants wait for a location that is not there than memory should hold: revokes and neighbours are served")
    func crowded() async throws {
        let (ground, emulator) = try Playground.configured()
        var options = Playground.Options(emulator)
        (options.grace, options.batch) = ("00:10:00", "maxItems: 40,")
        try ground.configure(options)
        try ground.start()
        ground.emulator = emulator
        ground.expect(try ground.drop(grant("203.0.113.1", user: "held")), toEndIn: "done")
        let lost = try (0..<100).map { try ground.drop(grant("203.0.113.\($0)", location: "deleted")) }
        ground.expect(try ground.drop(grant("203.0.113.7", location: "lab")), toEndIn: "done")
        ground.expect(try ground.drop(#"{"action":"revoke","location":"office","user":"held"}"#), toEndIn: "done")
        eventually("all are claimed") { ground.waitingCount() == lost.count }
        ground.expect(try ground.drop(grant("203.0.113.8", location: "lab")), toEndIn: "done")
        // Once the location is there, all of them go through.
        try await emulator.put(EmulatorProgram.deleted, ranges: ["192.0.2.0/32"])
        try await ground.reach("done", lost)
        #expect(try await emulator.ranges(EmulatorProgram.deleted).count == 100)
    }

    @Test("a reload keeps the token, and the gate that a 429 has shut")
    func reloadKeepsTheGate() async throws {
        let (ground, emulator) = try ready()
        ground.expect(try ground.drop(grant("203.0.113.1")), toEndIn: "done")
        try await emulator.fault(#"{"match":{"kind":"patch"},"do":"throttle","retryAfter":"seconds","seconds":3}"#)
        let name = try ground.drop(grant("203.0.113.2"))
        eventually("the gate is shut") { ground.log.contains("event=entra.throttled") }
        ground.worker?.signal(SIGHUP)
        eventually("it has reloaded") { ground.log.contains("event=reload.accepted") }
        ground.expect(name, toEndIn: "done")
        let log = try await emulator.log()
        let refused = try #require(log.first { $0.status == 429 })
        let next = try #require(log.first { $0.monotonic > refused.monotonic })
        #expect(next.monotonic - refused.monotonic >= 2.9)
        #expect(log.count { $0.kind == "token" } == 1)
    }

    @Test(
        "a lease that nobody has ended is gone from the ledger: nothing is sent there; with the ledger back it goes on")
    func withoutCause() async throws {
        let (ground, emulator) = try ready()
        for address in ["203.0.113.1", "203.0.113.2"] {
            ground.expect(try ground.drop(grant(address)), toEndIn: "done")
        }
        #expect(ground.worker?.stop() == 0)
        let good = try ground.copyLedger()
        try ground.changeLedger(
            "DELETE FROM lease WHERE ranges = '203.0.113.1/32'; UPDATE location SET leases = leases - 1")
        try ground.start()
        let held = try ground.drop(grant("203.0.113.3"))
        ground.expect(try ground.drop(grant("203.0.113.4", location: "lab")), toEndIn: "done")
        eventually("it says so") { ground.log.contains("event=location.unexplained location=office") }
        #expect(ground.log.contains("address=203.0.113.1/32"))
        ground.expect(held, toEndIn: "ENTRA051")
        #expect(ground.why(held).contains("203.0.113.1/32, which nothing has ended"))
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["203.0.113.1/32", "203.0.113.2/32"])
        #expect(ground.worker?.stop() == 0)
        try ground.putLedger(good)
        try ground.start()
        try ground.retryByHand("ENTRA051")
        ground.expect(held, toEndIn: "done")
        #expect(
            try await emulator.ranges(EmulatorProgram.office) == [
                "203.0.113.1/32", "203.0.113.2/32", "203.0.113.3/32",
            ])
    }

    private func ready() throws -> (Playground, EmulatorProgram) {
        let (ground, emulator) = try Playground.started()
        return (ground, emulator)
    }

    private func grant(_ address: String, user: String? = nil, location: String = "office", seconds: Int = 600)
        -> String
    {
        let user = user.map { #","user":"\#($0)""# } ?? ""
        return
            #"{"action":"grant","location":"\#(location)","addresses":["\#(address)"],"durationSeconds":\#(seconds)\#(user)}"#
    }
}
