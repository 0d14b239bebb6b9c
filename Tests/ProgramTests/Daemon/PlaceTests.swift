import Foundation
import Kit
import Testing

/// What may happen to the folders and to the process while the worker is at work.
@Suite(.timeLimit(.minutes(3)), .ownThread) struct PlaceTests {
    enum Loss: String, CaseIterable {
        case moved = "cd .. && mv spool elsewhere"
        case replaced = "cd .. && mv spool elsewhere && cp -a elsewhere spool"
        case incoming = "mv incoming old && cp -a old incoming"
        case marker = "rm .spool"
        case unmounted = "cd .. && umount -l spool"
        case mountedOver = "cd .. && mount -t tmpfs tmpfs spool"

        var needsMount: Bool { self == .unmounted || self == .mountedOver }

        var words: String { self == .marker ? "lost its .spool marker" : "is not the folder any more that was opened" }
    }

    @Test("a spool that goes from under the worker ends it with 66 and the reason", arguments: Loss.allCases)
    func loss(loss: Loss) async throws {
        let (ground, _) = try Playground.configured()
        let disk = loss.needsMount ? try SmallDisk(megabytes: 40) : nil
        if loss.needsMount {
            guard let disk else { return }
            try FileManager.default.createDirectory(at: ground.spool, withIntermediateDirectories: true)
            try disk.mount(on: ground.spool)
            #expect(try ground.run("init").status == 0)
        }
        try ground.start()
        try await ground.reach("done", try ground.drop(grant(["203.0.113.1"])))
        #expect(try ground.shell(loss.rawValue) == "")
        #expect(try await ground.ended() == 66)
        #expect(ground.log.contains(loss.words), "\(ground.log)")
        if loss == .mountedOver { _ = try ground.shell("cd .. && umount -l spool") }
    }

    @Test(
        "folders that an operator removed with all that was in them are made anew",
        arguments: ["failed", "done", "failed/SPOOL002"])
    func removed(folder: String) async throws {
        let (ground, _) = try Playground.started()
        try await ground.reach("done", try ground.drop(grant(["203.0.113.1"])))
        try await ground.reach("SPOOL002", try ground.drop("{}"))
        #expect(try ground.shell("rm -rf \(folder)") == "")
        try await ground.reach("done", try ground.drop(grant(["203.0.113.2"])))
        try await ground.reach("SPOOL002", try ground.drop("{}"))
        #expect(ground.worker?.isRunning == true)
    }

    @Test("a code folder on another disk holds up only what belongs there, and is used again when it is back")
    func foreignFolder() async throws {
        guard let disk = try SmallDisk(megabytes: 1) else { return }
        let (ground, _) = try Playground.configured()
        #expect(try ground.run("init").status == 0)
        let folder = ground.spool.appendingPathComponent("failed/SPOOL002")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try disk.mount(on: folder)
        try ground.start()
        let bad = try ground.drop("{}")
        try await reached("it is told") { ground.log.contains("event=item.stuck") }
        try await ground.reach("done", try ground.drop(grant(["203.0.113.1"])))
        try await ground.reach("SPOOL001", try ground.drop("{"))
        #expect(ground.places().contains { $0.hasPrefix("work/\(bad)#") }, "\(ground.places())")
        #expect(ground.count(of: "item.stuck") == 1)
        try disk.unmount()
        try await ground.reach("SPOOL002", bad)
    }

    @Test(
        "told to stop in the middle of a batch, it waits for the answer, settles, and leaves the rest for the next start"
    )
    func stopInBatch() async throws {
        let (ground, emulator) = try Playground.started { $0.giveUpAfter = "00:10:00" }
        try await ground.reach("done", try ground.drop(grant(["203.0.113.1"])))
        try await emulator.set(#"{"latencyMs":100}"#)
        let sent = try ground.drop(grant(["203.0.113.2"]))
        try await emulator.arrived("patch", atLeast: 2)
        // No answer comes before it has heard.
        emulator.signal(SIGSTOP)
        let waiting = try ground.drop(grant(["203.0.113.3"]))
        try await reached("it is claimed") { ground.places().contains { $0.hasPrefix("work/\(waiting)#") } }
        ground.worker?.signal(SIGTERM)
        try await ground.hearsSignals()
        emulator.signal(SIGCONT)
        #expect(ground.worker?.status() == 0)
        #expect(ground.verdict(sent) == "done")
        #expect(ground.places().contains { $0.hasPrefix("work/\(waiting)#") })
        try await emulator.set(#"{"latencyMs":0}"#)
        try ground.start()
        try await ground.reach("done", waiting)
        try await emulator.expect(
            EmulatorProgram.office, toHold: ["203.0.113.1/32", "203.0.113.2/32", "203.0.113.3/32"])
    }

    @Test("told twice it ends at once; what was under way is judged at the next start")
    func stopTwice() async throws {
        let (ground, emulator) = try Playground.started { $0.giveUpAfter = "00:10:00" }
        try await ground.reach("done", try ground.drop(grant(["203.0.113.1"])))
        try await emulator.fault(#"{"do":"stall","ms":60000,"match":{"kind":"patch"}}"#)
        let sent = try ground.drop(grant(["203.0.113.2"]))
        try await emulator.arrived("patch", atLeast: 2)
        ground.worker?.signal(SIGTERM)
        try await ground.hearsSignals()
        #expect(ground.worker?.isRunning == true)
        #expect(ground.worker?.stop() == 0)
        #expect(ground.verdict(sent) == nil)
        try await emulator.clearFaults()
        try ground.start()
        try await ground.reach("done", sent)
        try await emulator.expect(EmulatorProgram.office, toHold: ["203.0.113.1/32", "203.0.113.2/32"])
    }

    @Test("a request whose event the kernel dropped is found all the same")
    func overflow() async throws {
        let limit = try String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
        let kept = try #require(Int(limit.trimmingCharacters(in: .whitespacesAndNewlines)))
        let (ground, _) = try Playground.started()
        try await ground.reach("done", try ground.drop(grant(["203.0.113.1"])))
        ground.worker?.signal(SIGSTOP)
        // Two names by turns: the kernel merges equal neighbours.
        for number in 0...kept {
            try Data().write(to: ground.spool.appendingPathComponent("incoming/.noise-\(number % 2)"))
        }
        let name = try ground.drop(grant(["203.0.113.2"]))
        ground.worker?.signal(SIGCONT)
        try await ground.reach("done", name)
        try await ground.reach("done", try ground.drop(grant(["203.0.113.3"])))
    }
}

extension Playground {
    /// Waits until it has taken what was signalled to it.
    fileprivate func hearsSignals() async throws {
        let process = "/proc/\(try #require(worker?.identifier))/status"
        try await reached("the signal is heard") {
            try String(contentsOfFile: process, encoding: .utf8).contains("ShdPnd:\t0000000000000000")
        }
    }
}
