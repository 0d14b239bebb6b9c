import Foundation
import Glibc
import Grants
import Testing

@testable import Spool

struct RetentionTests {
    /// 2026-11-20T23:00:00Z.
    private let start = Timestamp(seconds: 1_795_215_600)
    private let instant = ContinuousClock.now
    private let day = Duration.seconds(86_400)

    private func run(_ spool: TemporarySpool, _ limits: Retention.Limits = .init()) throws -> Retention.Pass {
        try Retention(spool.spool, limits: limits, startedAt: start, instant).run(at: start, instant)
    }

    @Test("days go whole when their last moment is 14 days ago, journals after 90; nothing else goes")
    func days() throws {
        let spool = try TemporarySpool()
        for day in ["20261105", "20261106", "20261107", "20261120", "2026110", "20260230", "old"] {
            try spool.make("done/\(day)")
            try spool.put("a.json", in: "done/\(day)")
        }
        for name in ["20260821.ndjson", "20260822.ndjson", "20261120.ndjson", "20200101.txt", "notes.ndjson"] {
            try spool.put(name, in: "journal")
        }
        try spool.make("failed/SPOOL001")
        try spool.put("a.json", in: "failed/SPOOL001")
        try spool.put("a.json", in: "hold")
        let pass = try run(spool)
        #expect(pass.refusal == nil && !pass.hasMore)
        #expect(pass.daysRemoved == ["20261105"])
        #expect(spool.names("done") == ["20260230", "2026110", "20261106", "20261107", "20261120", "old"])
        #expect(
            spool.names("journal") == ["20200101.txt", "20260822.ndjson", "20261120.ndjson", "notes.ndjson"])
        #expect(spool.names("failed/SPOOL001").count == 1 && spool.names("hold").count == 1)
        #expect(pass.unlinked == 2)
    }

    @Test("a pass unlinks no more than it may, the oldest day first, and says that there is more")
    func bound() throws {
        let spool = try TemporarySpool()
        for day in ["20200101", "20200102"] {
            try spool.make("done/\(day)")
            for index in 0..<5 { try spool.put("\(index).json", in: "done/\(day)") }
        }
        let limits = Retention.Limits(unlinksPerPass: 4)
        #expect(try run(spool, limits) == .init(unlinked: 4, hasMore: true))
        #expect(spool.names("done/20200101").count == 1)
        #expect(try run(spool, limits) == .init(unlinked: 4, daysRemoved: ["20200101"], hasMore: true))
        #expect(try run(spool, limits) == .init(unlinked: 2, daysRemoved: ["20200102"]))
        #expect(try run(spool, limits) == .init())
    }

    @Test("a clock that moved by more than a day against the other deletes nothing", arguments: [400, 2, -2, -400])
    func jumped(days: Int) throws {
        let spool = try TemporarySpool()
        try spool.make("done/20200101")
        let retention = Retention(spool.spool, startedAt: start, instant)
        let pass = try retention.run(at: start + day * days, instant)
        #expect(pass == .init(refusal: .clockMoved(by: day * days)))
        #expect(spool.names("done") == ["20200101"])
        let both = try retention.run(at: start + day * abs(days), instant + day * abs(days))
        #expect(both.refusal == nil && both.daysRemoved == ["20200101"])
    }

    @Test("a day in the future says that the clock is or was wrong", arguments: ["done/20261121", "journal/20270101"])
    func future(name: String) throws {
        let spool = try TemporarySpool()
        try spool.make("done/20200101")
        if name.hasPrefix("done") { try spool.make(name) } else { try spool.put(name + ".ndjson", in: "") }
        #expect(try run(spool) == .init(refusal: .dayInFuture(name)))
        #expect(spool.names("done").contains("20200101"))
    }

    @Test("litter in tmp/ goes after 36 hours without write, read or rename")
    func litter() throws {
        let spool = try TemporarySpool()
        for name in ["plain", ".hidden", "read"] { try spool.put(name, in: "tmp") }
        try spool.make("tmp/folder")
        unsafe symlink("/etc/passwd", spool.path + "/tmp/link")
        let now = spool.now
        func pass(after hours: Int) throws -> Int {
            try Retention(spool.spool, startedAt: now + .seconds(hours * 3_600), instant)
                .run(at: now + .seconds(hours * 3_600), instant).unlinked
        }
        #expect(try pass(after: 35) == 0)
        let read = timespec(tv_sec: Int(now.microseconds / 1_000_000) + 7_200, tv_nsec: 0)
        let longAgo = timespec(tv_sec: 0, tv_nsec: 0)
        #expect(unsafe utimensat(AT_FDCWD, spool.path + "/tmp/read", [read, longAgo], 0) == 0)
        #expect(try pass(after: 37) == 3)
        #expect(spool.names("tmp") == ["folder", "read"])
        #expect(try pass(after: 39) == 1)
    }

    @Test("a day that holds what cannot be unlinked stays and hinders nobody; a link is not followed")
    func stubborn() throws {
        let spool = try TemporarySpool()
        try spool.make("done/20200101/folder")
        try spool.make("done/20200103")
        try spool.put("kept", in: "hold")
        unsafe symlink(spool.path + "/hold", spool.path + "/done/20200102")
        #expect(try run(spool).daysRemoved == ["20200103"])
        #expect(spool.names("hold") == ["kept"])
    }
}
