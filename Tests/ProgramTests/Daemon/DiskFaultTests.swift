import Foundation
import Grants
import Kit
import Testing

@testable import knocknoc_entra

@Suite(.timeLimit(.minutes(2)), .ownThread) struct DiskFaultTests {
    @Test("an item whose claim cannot be looked at after its rename is judged as soon as it can, without a restart")
    func claimUnseen() async throws {
        let (ground, _, disk) = try Playground.onFaultyDisk(["stat"], in: "work/", with: EIO)
        try await reached("it has started") { ground.log.contains("event=started") }
        try disk.fail()
        let first = try ground.drop(grant(["203.0.113.1"]))
        try await reached("it is in work/") { ground.places().contains { $0.hasPrefix("work/\(first)#") } }
        let second = try ground.drop(grant(["203.0.113.2"]))
        try await reached("so is the next") { ground.places().contains { $0.hasPrefix("work/\(second)#") } }
        try disk.mend()
        try await ground.reach("done", first)
        try await ground.reach("done", second)
        #expect(ground.count(of: "incoming.trouble") == 1, "\(ground.log)")
    }

    @Test("a claim that the disk does not show at the start holds up nobody, and is judged once it does")
    func claimUnseenAtStart() async throws {
        let (ground, _, disk) = try Playground.onFaultyDisk(["stat", "open", "read"], in: "~bad.json#", with: EIO)
        try await reached("it has started") { ground.log.contains("event=started") }
        #expect(ground.worker?.stop() == 0)
        let number = String(Clock.system.wall().microseconds, radix: 16)
        let claim = "20261120T230542.123456Z-3fa9~bad.json#" + String(repeating: "0", count: 16 - number.count) + number
        try Data(grant(["203.0.113.1"], issued: Date()).utf8)
            .write(to: ground.spool.appendingPathComponent("work/\(claim)"))
        try disk.fail()
        try ground.start(environment: disk.environment)
        try await ground.reach("done", try ground.drop(grant(["203.0.113.2"])))
        try await reached("it is told") { ground.count(of: "incoming.trouble") == 1 }
        #expect(ground.verdict("bad.json") == nil)
        try disk.mend()
        try await ground.reach("done", "bad.json")
    }

    @Test(
        "one entry that the disk does not give holds up nobody, is told once, and is taken when it can be",
        arguments: ["stat", "open", "read"])
    func entryUnseen(call: String) async throws {
        let (ground, _, disk) = try Playground.onFaultyDisk([call], in: "incoming/bad.json", with: EIO)
        try await reached("it has started") { ground.log.contains("event=started") }
        try disk.fail()
        let bad = try ground.drop(grant(["203.0.113.1"]), as: "bad.json")
        for number in 2...5 { try await ground.reach("done", try ground.drop(grant(["203.0.113.\(number)"]))) }
        try await reached("it is told") { ground.count(of: "incoming.trouble") > 0 }
        #expect(ground.count(of: "incoming.trouble") == 1, "\(ground.log)")
        #expect(ground.places().contains("incoming/bad.json"))
        try disk.mend()
        try await ground.reach("done", bad)
    }

    @Test(
        "an fsync that fails ends the process, which says so; the next start reads the disk and goes on",
        arguments: ["ledger", "work", "done/", "incoming", "journal/", "failed/"])
    func failedSync(place: String) async throws {
        let (ground, emulator, disk) = try Playground.onFaultyDisk(["fsync", "fdatasync"], in: place, with: EIO)
        try await reached("it has started") { ground.log.contains("event=started") }
        try disk.fail()
        let good = try ground.drop(grant(["203.0.113.1"]))
        let bad = try ground.drop("{}")
        #expect(try await ground.ended() == 74)
        #expect(ground.log.contains("sync"), "\(ground.log)")
        #expect(ground.log.contains("the next start reads the disk again"))
        try disk.mend()
        try ground.start()
        try await ground.reach("done", good)
        try await ground.reach("SPOOL002", bad)
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.1/32"])
    }

    @Test(
        "an item that cannot leave work/ is applied once, however often its move is tried, and removals go on",
        arguments: [ENOSPC, EIO, EXDEV, EACCES, EROFS])
    func failedMove(code: Int32) async throws {
        let (ground, emulator, disk) = try Playground.onFaultyDisk(["rename"], in: "work/", with: code)
        try await ground.reach("done", try ground.drop(grant(["203.0.113.1"], user: "a")))
        try disk.fail()
        let name = try ground.drop(grant(["203.0.113.2"], user: "b"))
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.1/32", "203.0.113.2/32"])
        let event = [ENOSPC, EROFS].contains(code) ? "spool.unwritable" : "item.stuck"
        try await reached("it is told") { ground.count(of: event) > 0 }
        let revoke = try ground.drop(#"{"action":"revoke","location":"office","user":"a"}"#)
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.2/32"])
        #expect(ground.verdict(name) == nil && ground.verdict(revoke) == nil)
        #expect(try await emulator.counts().patch == 3)
        // Once an item: the revoke cannot leave either.
        #expect(ground.count(of: event) <= (event == "item.stuck" ? 2 : 1), "\(ground.log)")
        try disk.mend()
        try await ground.reach("done", name)
        try await ground.reach("done", revoke)
        #expect(try await emulator.counts().patch == 3)
    }

    @Test(
        "on a disk that became read-only leases end at their time or by a revoke, and it goes on when the disk does",
        arguments: [FaultyDisk.writes, FaultyDisk.writes + ["fsync", "fdatasync"]])
    func readOnly(calls: [String]) async throws {
        let (ground, emulator, disk) = try Playground.onFaultyDisk(calls, with: EROFS)
        let end = Date(timeIntervalSinceNow: 10)
        try await ground.reach("done", try ground.drop(grant(["203.0.113.1"], user: "a", until: end)))
        try await ground.reach("done", try ground.drop(grant(["203.0.113.2"], user: "b")))
        try disk.fail()
        let later = try ground.drop(grant(["203.0.113.3"], user: "c"))
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.2/32"])
        try await #expect(emulator.ranges(EmulatorProgram.office) == ["203.0.113.2/32"], "\(ground.log)")
        try await reached("it is told") { ground.count(of: "spool.unwritable") > 0 }
        let revoke = try ground.drop(#"{"action":"revoke","location":"office","user":"b"}"#)
        try await emulator.expect(EmulatorProgram.office, toHold: ["192.0.2.0/32"])
        for name in [later, revoke] { #expect(ground.places().contains("incoming/\(name)"), "\(ground.log)") }
        try disk.mend()
        try await ground.reach("done", later)
        try await ground.reach("done", revoke)
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.3/32"])
        #expect(ground.count(of: "spool.unwritable") == 1, "\(ground.log)")
        #expect(ground.count(of: "incoming.trouble") <= 1, "\(ground.log)")
    }

    @Test("started on a file system that has given up after an error, it still ends what is over")
    func readOnlyStart() async throws {
        let calls = FaultyDisk.writes + ["fsync", "fdatasync"]
        let (ground, emulator, disk) = try Playground.onFaultyDisk(calls, with: EROFS)
        let end = Date(timeIntervalSinceNow: 10)
        try await ground.reach("done", try ground.drop(grant(["203.0.113.1"], user: "a", until: end)))
        try await ground.reach("done", try ground.drop(grant(["203.0.113.2"], user: "b")))
        #expect(ground.worker?.stop() == 0)
        try disk.fail()
        try ground.start(environment: disk.environment)
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.2/32"])
        let revoke = try ground.drop(#"{"action":"revoke","location":"office","user":"b"}"#)
        try await emulator.expect(EmulatorProgram.office, toHold: ["192.0.2.0/32"])
        #expect(ground.count(of: "spool.unwritable") == 1, "\(ground.log)")
        try disk.mend()
        try await ground.reach("done", revoke)
    }

    @Test(
        "a file system that cannot rename without replacing is served by link and unlink",
        arguments: ["incoming/", "work/"])
    func noReplace(place: String) async throws {
        let (ground, _, disk) = try Playground.onFaultyDisk(["rename"], in: place, with: EINVAL)
        try await reached("it has started") { ground.log.contains("event=started") }
        try disk.fail()
        try await ground.reach("done", try ground.drop(grant(["203.0.113.1"])))
        try await ground.reach("SPOOL002", try ground.drop("{}"))
        #expect(ground.places().allSatisfy { !$0.hasPrefix("incoming/") && !$0.hasPrefix("work/") })
    }

    @Test(
        "at a limit of its own process it waits, ends nothing wrongly and goes on when the limit is gone",
        arguments: ["fsize", "nofile"])
    func limits(limit: String) async throws {
        let (ground, emulator) = try Playground.started { $0.giveUpAfter = "00:10:00" }
        try await ground.reach("done", try ground.drop(grant(["203.0.113.1"])))
        let worker = try #require(ground.worker?.identifier)
        #expect(try ground.shell("prlimit --pid \(worker) --\(limit)=3:") == "")
        let name = try ground.drop(grant(["203.0.113.2"]))
        if limit == "fsize" {
            // The log is cut as well, so the file tells.
            try await reached("it is claimed") { ground.places().contains { $0.hasPrefix("work/\(name)#") } }
        } else {
            try await reached("it is told") { ground.count(of: "incoming.trouble") > 0 }
        }
        #expect(ground.worker?.isRunning == true)
        #expect(ground.verdict(name) == nil)
        #expect(try ground.shell("prlimit --pid \(worker) --\(limit)=4096:") == "")
        if limit == "fsize" { #expect(try ground.shell("prlimit --pid \(worker) --fsize=unlimited:") == "") }
        try await ground.reach("done", name)
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.1/32", "203.0.113.2/32"])
    }

    @Test("where the kernel gives no watch the folder is looked at again and again", arguments: [EMFILE, ENOSPC])
    func polling(code: Int32) async throws {
        let (ground, _, _) = try Playground.onFaultyDisk(["watch"], with: code, isFailing: true)
        try await reached("it says so") { ground.log.contains("event=watch.polling") }
        #expect(ground.log.contains("fs.inotify."))
        for number in 1...3 { try await ground.reach("done", try ground.drop(grant(["203.0.113.\(number)"]))) }
    }
}
