import Foundation
import Glibc
import Testing

@testable import Spool

struct SpoolHealthTests {
    @Test("a spool in order has room and no trouble")
    func well() throws {
        let spool = try TemporarySpool()
        let report = SpoolHealth(spool.spool).check()
        #expect(report.trouble == nil)
        #expect(report.freeBytes > 0)
    }

    @Test("too little room is a shortage, which may pass")
    func shortage() throws {
        let spool = try TemporarySpool()
        let bytes = SpoolHealth(spool.spool, floor: .init(bytes: .max, inodes: 0)).check()
        #expect(bytes.trouble == .tooFewBytes(free: bytes.freeBytes, floor: .max))
        #expect(bytes.trouble?.isShortage == true)
        let inodes = SpoolHealth(spool.spool, floor: .init(bytes: 0, inodes: .max)).check()
        if let free = inodes.freeInodes {
            #expect(inodes.trouble == .tooFewInodes(free: free, floor: .max))
            #expect(inodes.trouble?.isShortage == true)
        }
    }

    @Test("a spool that was moved, removed or replaced is noticed; one reached by another way is not")
    func replaced() throws {
        let spool = try TemporarySpool()
        let health = SpoolHealth(spool.spool)
        let aside = spool.path + ".aside"
        defer { try? FileManager.default.removeItem(atPath: aside) }
        unsafe rename(spool.path, aside)
        #expect(health.check().trouble == .replaced(spool.path))
        #expect(health.check().trouble?.isShortage == false)
        _ = try SpoolInit.run(at: spool.path)
        #expect(health.check().trouble == .replaced(spool.path))
        try FileManager.default.removeItem(atPath: spool.path)
        unsafe symlink(aside, spool.path)
        #expect(health.check().trouble == nil)
    }

    @Test("a marker that is gone is noticed")
    func marker() throws {
        let spool = try TemporarySpool()
        try spool.spool.root.remove(Array(".spool".utf8))
        #expect(SpoolHealth(spool.spool).check().trouble == .noMarker(spool.path))
    }

    @Test(
        "a folder inside that was moved or made anew is noticed", arguments: ["incoming", "work", "failed", "journal"])
    func inside(name: String) throws {
        let spool = try TemporarySpool()
        let health = SpoolHealth(spool.spool)
        unsafe rename("\(spool.path)/\(name)", "\(spool.path)/old")
        #expect(health.check().trouble == .replaced("\(spool.path)/\(name)"))
        try spool.make(name)
        #expect(health.check().trouble == .replaced("\(spool.path)/\(name)"))
    }
}
