import Foundation
import Glibc
import Grants
import Linux
import Testing

@testable import Spool

struct SettleTests {
    private let now = Timestamp(seconds: 1_795_215_600)

    private func move(
        _ claim: ClaimName, _ verdict: Verdict, why: String? = nil, isRetry: Bool = false
    ) -> Settle.Move {
        Settle.Move(claim: claim, verdict: verdict, why: why, isRetry: isRetry)
    }

    @Test("the folder is the verdict: done/ by day, failed/ by code with a note beside")
    func places() throws {
        let spool = try TemporarySpool()
        let good = try spool.putClaim("good.json", number: 1)
        let bad = try spool.putClaim("bad.json", number: 2)
        let settle = Settle(spool.spool)
        let failures = try settle.settle(
            [move(good, .done), move(bad, .failed(.entra052), why: "because\n")], at: now)
        #expect(failures.isEmpty)
        #expect(spool.names("work").isEmpty)
        #expect(spool.names("done/20261120") == [good.item.description])
        #expect(spool.names("failed/ENTRA052") == [bad.item.description, bad.item.description + ".why"])
        #expect(spool.text(bad.item.description + ".why", in: "failed/ENTRA052") == "because\n")
        #expect(try spool.mode("done/20261120") == "2750" && spool.mode("failed/ENTRA052") == "2770")
        let note = try spool.folder("failed/ENTRA052").status(of: bad.item.bytes + ".why")
        #expect(note.mode == 0o640)
    }

    @Test("a name that is taken by another file: a copy with its own note, and nothing of the first is touched")
    func taken() throws {
        let spool = try TemporarySpool()
        let settle = Settle(spool.spool)
        for number in 1...3 as ClosedRange<UInt64> {
            let claim = try spool.putClaim("a.json", number: number, "text \(number)")
            let why = "why \(number)"
            #expect(try settle.settle([move(claim, .failed(.spool002), why: why)], at: now).isEmpty)
        }
        let name = TemporarySpool.stamp + "a.json"
        for (number, name) in [(1, name), (2, name + ".1.json"), (3, name + ".2.json")] {
            #expect(spool.text(name, in: "failed/SPOOL002") == "text \(number)")
            #expect(spool.text(name + ".why", in: "failed/SPOOL002") == "why \(number)")
        }
        #expect(spool.names("failed/SPOOL002").count == 6)
    }

    @Test("the same file under the name already: only the name in work/ goes (rename(2) would do nothing)")
    func sameFile() throws {
        let spool = try TemporarySpool()
        let claim = try spool.putClaim("a.json", number: 1)
        try spool.make("done/20261120")
        try spool.link("work/\(claim)", "done/20261120/\(claim.item)")
        #expect(unsafe rename("\(spool.path)/work/\(claim)", "\(spool.path)/done/20261120/\(claim.item)") == 0)
        #expect(spool.names("work") == [claim.description])
        #expect(try Settle(spool.spool).settle([move(claim, .done)], at: now).isEmpty)
        #expect(spool.names("work").isEmpty)
        #expect(spool.names("done/20261120") == [claim.item.description])
    }

    @Test("a day or code folder that was removed or renamed meanwhile is made anew")
    func removedFolders() throws {
        let spool = try TemporarySpool()
        let settle = Settle(spool.spool)
        for (number, verdict) in [(1, Verdict.done), (2, .failed(.entra052))] as [(UInt64, Verdict)] {
            let first = try spool.putClaim("first.json", number: number)
            _ = try settle.settle([move(first, verdict)], at: now)
        }
        try FileManager.default.removeItem(atPath: spool.path + "/done/20261120")
        unsafe rename(spool.path + "/failed/ENTRA052", spool.path + "/failed/looked-at")
        let good = try spool.putClaim("good.json", number: 3)
        let bad = try spool.putClaim("bad.json", number: 4)
        let failures = try settle.settle([move(good, .done), move(bad, .failed(.entra052), why: "why")], at: now)
        #expect(failures.isEmpty)
        #expect(spool.names("done/20261120") == [good.item.description])
        #expect(spool.names("failed/ENTRA052").count == 2)
        #expect(spool.names("failed/looked-at").count == 1)
    }

    @Test("what is not in work/ any more has nothing left to settle")
    func gone() throws {
        let spool = try TemporarySpool()
        let claim = try spool.putClaim("a.json", number: 1)
        try spool.spool.work.remove(claim.bytes)
        #expect(try Settle(spool.spool).settle([move(claim, .done)], at: now).isEmpty)
    }

    @Test("one move that cannot be made is told; the others are made")
    func failure() throws {
        let spool = try TemporarySpool()
        try spool.put("ENTRA052", "in the way", in: "failed")
        let bad = try spool.putClaim("bad.json", number: 1)
        let good = try spool.putClaim("good.json", number: 2)
        let failures = try Settle(spool.spool).settle(
            [move(bad, .failed(.entra052), why: "why"), move(good, .done)], at: now)
        #expect(failures.map(\.0.claim) == [bad])
        #expect(failures.map(\.1.code) == [ENOTDIR])
        #expect(spool.names("work") == [bad.description])
        #expect(spool.names("done/20261120").count == 1)
    }

    @Test("a folder that somebody made in failed/ and closed to us holds up only what belongs there, until it opens")
    func closedFolder() throws {
        let spool = try TemporarySpool()
        for place in ["work", "done", "failed", "incoming"] { unsafe chmod("\(spool.path)/\(place)", 0o777) }
        try spool.make("failed/ENTRA052")
        unsafe chmod(spool.path + "/failed/ENTRA052", 0o700)
        let moves = try (1...3).map { number in
            let claim = try spool.putClaim("\(number).json", number: UInt64(number))
            let verdicts: [Verdict] = [.done, .failed(.entra052), .failed(.spool002)]
            return Settle.Move(claim: claim, verdict: verdicts[number - 1], why: "why", isRetry: true)
        }
        let settle = Settle(spool.spool)
        let now = spool.now
        let failures = try asNobody {
            _ = try Recover(spool.spool).run(settling: [:])
            try settle.syncEverything()
            return try settle.settle(moves, at: now)
        }
        guard let failures else { return }
        #expect(failures.map(\.0.claim) == [moves[1].claim] && failures[0].1.code == EACCES)
        #expect(spool.spool.unusable.keys.map { $0.hasSuffix("failed/ENTRA052") } == [true])
        #expect(spool.names("work") == [moves[1].claim.description])
        unsafe chmod(spool.path + "/failed/ENTRA052", 0o777)
        let rest = try asNobody { try settle.settle(failures.map(\.0), at: now) }
        #expect(rest?.isEmpty == true)
        #expect(spool.names("work").isEmpty && spool.names("failed/ENTRA052").count == 2)
        #expect(spool.spool.unusable.isEmpty)
    }

    @Test("a retry takes its former notes with it, but not the note of an item that stayed")
    func formerNotes() throws {
        let spool = try TemporarySpool()
        let moved = try spool.putClaim("moved.json", number: 1)
        let copied = try spool.putClaim("copied.json", number: 2)
        try spool.make("failed/ENTRA052")
        try spool.put(moved.item.bytes + ".why", "old", in: "failed/ENTRA052")
        try spool.put(copied.item.bytes + ".why", "old", in: "failed/ENTRA052")
        try spool.put(copied.item.bytes, "the original", in: "failed/ENTRA052")
        _ = try Settle(spool.spool).settle(
            [move(moved, .done, isRetry: true), move(copied, .done, isRetry: true)], at: now)
        #expect(spool.names("failed/ENTRA052") == [copied.item.description, copied.item.description + ".why"])
    }

    @Test("a note that cannot be written holds no item back")
    func noteInTheWay() throws {
        let spool = try TemporarySpool()
        let claim = try spool.putClaim("a.json", number: 1)
        try spool.make("failed/SPOOL002/\(claim.item).why")
        #expect(try Settle(spool.spool).settle([move(claim, .failed(.spool002), why: "why")], at: now).isEmpty)
        #expect(spool.names("work").isEmpty)
    }

    @Test("a note is written anew: a second name of another file in its place is not written through")
    func noteIsHardLink() throws {
        let spool = try TemporarySpool()
        let claim = try spool.putClaim("a.json", number: 1)
        try spool.make("failed/SPOOL002")
        try spool.put("other", "kept", in: "hold")
        try spool.link("hold/other", "failed/SPOOL002/\(claim.item).why")
        _ = try Settle(spool.spool).settle([move(claim, .failed(.spool002), why: "why")], at: now)
        #expect(spool.text("other", in: "hold") == "kept")
    }
}
