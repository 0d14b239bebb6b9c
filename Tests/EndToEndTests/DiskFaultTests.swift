import Foundation
import Testing

@Suite(.timeLimit(.minutes(2))) struct DiskFaultTests {
    @Test("an item whose claim cannot be looked at after its rename is judged as soon as it can, without a restart")
    func claimUnseen() throws {
        let (ground, _, disk) = try Playground.onFaultyDisk(["stat"], in: "work/", with: EIO)
        eventually("it has started") { ground.log.contains("event=started") }
        try disk.fail()
        let first = try ground.drop(grant(["203.0.113.1"]))
        eventually("it is in work/") { ground.places().contains { $0.hasPrefix("work/\(first)#") } }
        let second = try ground.drop(grant(["203.0.113.2"]))
        eventually("so is the next") { ground.places().contains { $0.hasPrefix("work/\(second)#") } }
        try disk.mend()
        ground.expect(first, toEndIn: "done")
        ground.expect(second, toEndIn: "done")
        #expect(ground.count(of: "incoming.trouble") == 1, "\(ground.log)")
    }

    @Test(
        "one entry that the disk does not give holds up nobody, is told once, and is taken when it can be",
        arguments: ["stat", "open", "read"])
    func entryUnseen(call: String) throws {
        let (ground, _, disk) = try Playground.onFaultyDisk([call], in: "incoming/bad.json", with: EIO)
        eventually("it has started") { ground.log.contains("event=started") }
        try disk.fail()
        let bad = try ground.drop(grant(["203.0.113.1"]), as: "bad.json")
        for number in 2...5 { ground.expect(try ground.drop(grant(["203.0.113.\(number)"])), toEndIn: "done") }
        eventually("it is told") { ground.count(of: "incoming.trouble") > 0 }
        #expect(ground.count(of: "incoming.trouble") == 1, "\(ground.log)")
        #expect(ground.places().contains("incoming/bad.json"))
        try disk.mend()
        ground.expect(bad, toEndIn: "done")
    }

    @Test(
        "an fsync that fails ends the process, which says so; the next start reads the disk and goes on",
        arguments: ["ledger", "work", "done/", "incoming", "journal/", "failed/"])
    func failedSync(place: String) async throws {
        let (ground, emulator, disk) = try Playground.onFaultyDisk(["fsync", "fdatasync"], in: place, with: EIO)
        eventually("it has started") { ground.log.contains("event=started") }
        try disk.fail()
        let good = try ground.drop(grant(["203.0.113.1"]))
        let bad = try ground.drop("{}")
        #expect(ground.worker?.status() == 74)
        #expect(ground.log.contains("sync"), "\(ground.log)")
        #expect(ground.log.contains("the next start reads the disk again"))
        try disk.mend()
        try ground.start()
        ground.expect(good, toEndIn: "done")
        ground.expect(bad, toEndIn: "SPOOL002")
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.1/32"])
    }

    @Test("a write error that only close reports is one: nothing is sent on it, and it is written again")
    func failedClose() async throws {
        let (ground, emulator, disk) = try Playground.onFaultyDisk(["close"], in: "ledger/.office.json.new", with: EIO)
        eventually("it has started") { ground.log.contains("event=started") }
        try disk.fail()
        let name = try ground.drop(grant(["203.0.113.1"]))
        eventually("it is told") { ground.count(of: "spool.unwritable") > 0 }
        #expect(ground.log.contains("close ledger/") || ground.log.contains("ledger/.office.json.new: "))
        #expect(try await emulator.counts().patch == 0)
        try disk.mend()
        ground.expect(name, toEndIn: "done")
        #expect(ground.count(of: "spool.unwritable") == 1)
    }

    @Test(
        "an item that cannot leave work/ is applied once, however often its move is tried, and removals go on",
        arguments: [ENOSPC, EIO, EXDEV, EACCES, EROFS])
    func failedMove(code: Int32) async throws {
        let (ground, emulator, disk) = try Playground.onFaultyDisk(["rename"], in: "work/", with: code)
        ground.expect(try ground.drop(grant(["203.0.113.1"], user: "a")), toEndIn: "done")
        try disk.fail()
        let name = try ground.drop(grant(["203.0.113.2"], user: "b"))
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.1/32", "203.0.113.2/32"])
        let event = [ENOSPC, EROFS].contains(code) ? "spool.unwritable" : "item.stuck"
        eventually("it is told") { ground.count(of: event) > 0 }
        let revoke = try ground.drop(#"{"action":"revoke","location":"office","user":"a"}"#)
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.2/32"])
        #expect(ground.verdict(name) == nil && ground.verdict(revoke) == nil)
        #expect(try await emulator.counts().patch == 3)
        // Once an item: the revoke cannot leave either.
        #expect(ground.count(of: event) <= 2, "\(ground.log)")
        try disk.mend()
        ground.expect(name, toEndIn: "done")
        ground.expect(revoke, toEndIn: "done")
        #expect(try await emulator.counts().patch == 3)
    }

    @Test("on a disk that became read-only a lease still ends at its time, and it goes on when the disk does")
    func readOnly() async throws {
        let (ground, emulator, disk) = try Playground.onFaultyDisk(FaultyDisk.writes, with: EROFS)
        let end = Date(timeIntervalSinceNow: 3)
        ground.expect(try ground.drop(grant(["203.0.113.1"], user: "a", until: end)), toEndIn: "done")
        ground.expect(try ground.drop(grant(["203.0.113.2"], user: "b")), toEndIn: "done")
        try disk.fail()
        let later = try ground.drop(grant(["203.0.113.3"], user: "c"))
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.2/32"])
        try await #expect(emulator.ranges(EmulatorProgram.office) == ["203.0.113.2/32"], "\(ground.log)")
        eventually("it is told") { ground.count(of: "spool.unwritable") > 0 }
        #expect(ground.places().contains("incoming/\(later)"), "\(ground.log)")
        try disk.mend()
        ground.expect(later, toEndIn: "done")
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.2/32", "203.0.113.3/32"])
        #expect(ground.count(of: "spool.unwritable") == 1, "\(ground.log)")
        #expect(ground.count(of: "incoming.trouble") <= 1, "\(ground.log)")
    }

    @Test("where the kernel gives no watch the folder is looked at again and again", arguments: [EMFILE, ENOSPC])
    func polling(code: Int32) throws {
        let (ground, _, _) = try Playground.onFaultyDisk(["watch"], with: code, isFailing: true)
        eventually("it says so") { ground.log.contains("event=watch.polling") }
        #expect(ground.log.contains("fs.inotify."))
        for number in 1...3 { ground.expect(try ground.drop(grant(["203.0.113.\(number)"])), toEndIn: "done") }
    }
}
