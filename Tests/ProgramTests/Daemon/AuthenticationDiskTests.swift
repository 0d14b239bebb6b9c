import Foundation
import Kit
import Testing

/// What was proved has to be on disk before it takes effect.
@Suite(.timeLimit(.minutes(2)), .ownThread) struct AuthenticationDiskTests {
    private func started(_ calls: [String], with code: Int32) async throws -> (Playground, EmulatorProgram, FaultyDisk)
    {
        let (ground, emulator) = try Playground.configured()
        var options = Playground.Options(emulator)
        options.authenticate()
        try ground.configure(options)
        #expect(try ground.run("init").status == 0)
        let disk = try FaultyDisk(ground, calls, in: "ledger/ledger.sqlite", with: code)
        try ground.start(environment: disk.environment)
        return (ground, emulator, disk)
    }

    @Test("what cannot be remembered adds nothing, and removes all the same", arguments: [ENOSPC, EIO])
    func unwritable(code: Int32) async throws {
        let (ground, emulator, disk) = try await started(["write"], with: code)
        let token = try await emulator.mint(Mint.valid)
        try ground.drop(signed(grant(["8.8.8.1"]), token), as: "before.json")
        try await ground.reach("done", ["before.json"])
        try disk.fail()
        try ground.drop(signed(grant(["8.8.8.2"]), token), as: "later.json")
        try ground.drop(signed(revoke(["8.8.8.1"]), token), as: "leave.json")
        try await emulator.expect(EmulatorProgram.office, toHold: ["192.0.2.0/32"])
        #expect(ground.verdict("later.json") == nil)
        #expect(ground.count(of: "spool.unwritable") == 1)
        try disk.mend()
        try await ground.reach("done", ["leave.json", "later.json"])
        try await emulator.expect(EmulatorProgram.office, toHold: ["8.8.8.2/32"])
        #expect(try ground.askLedger("SELECT count(*) FROM proof") == [3])
    }

    @Test("where the disk does not confirm it, the process ends before the request takes effect")
    func unconfirmed() async throws {
        let (ground, emulator, disk) = try await started(["fsync", "fdatasync"], with: EIO)
        try await reached("it has started") { ground.log.contains("event=started") }
        let token = try await emulator.mint(Mint.valid)
        try disk.fail()
        try ground.drop(signed(grant(["8.8.8.1"]), token), as: "a.json")
        #expect(try await ground.ended() == 74)
        #expect(try await emulator.count("patch") == 0)
        try disk.mend()
        try ground.start()
        try await ground.reach("done", ["a.json"])
    }
}
