import Foundation
import Grants
import Testing

@testable import Spool

struct PoisonMarkTests {
    private func isMarked(_ spool: TemporarySpool) -> Bool {
        spool.names("work").contains(".judging")
    }

    @Test("the mark stands while a batch is judged, and is gone after")
    func batch() throws {
        let spool = try TemporarySpool()
        let mark = try PoisonMark(spool.spool)
        #expect(!mark.wasLeft && mark.suspects.isEmpty)
        for _ in 0..<2 {
            try mark.begin()
            #expect(isMarked(spool))
            try mark.end()
            #expect(!isMarked(spool))
        }
        _ = try spool.putClaim("a.json", number: 1)
        #expect(try PoisonMark(spool.spool).suspects.isEmpty)
    }

    @Test("a crash over a batch accuses all of work/ once; whoever is judged well alone is cleared")
    func suspects() throws {
        let spool = try TemporarySpool()
        let claims = try (1...3).map { try spool.putClaim("\($0).json", number: UInt64($0)) }
        try PoisonMark(spool.spool).begin()
        let mark = try PoisonMark(spool.spool)
        #expect(mark.wasLeft && mark.suspects == [claims[0]: 1, claims[1]: 1, claims[2]: 1])
        // Asking once more accuses nobody again.
        #expect(try PoisonMark(spool.spool).suspects == mark.suspects)
        for (left, claim) in zip([2, 1, 0], claims) {
            try mark.begin(suspect: claim)
            try mark.end()
            #expect(mark.suspects.count == left)
        }
        #expect(!isMarked(spool))
        #expect(try !PoisonMark(spool.spool).wasLeft)
    }

    @Test("the third crash of an item is enough, and only its own crashes count beyond the first")
    func culprit() throws {
        let spool = try TemporarySpool()
        let innocent = try spool.putClaim("a.json", number: 1)
        let culprit = try spool.putClaim("b.json", number: 2)
        let later = try spool.putClaim("c.json", number: 3)
        try PoisonMark(spool.spool).begin()
        for crashes in 1..<PoisonMark.crashLimit {
            let mark = try PoisonMark(spool.spool)
            #expect(mark.suspects[culprit] == crashes)
            if mark.suspects[innocent] != nil {
                try mark.begin(suspect: innocent)
                try mark.end()
            }
            // Here the process ends.
            try mark.begin(suspect: culprit)
        }
        let mark = try PoisonMark(spool.spool)
        #expect(mark.suspects == [culprit: 3, later: 1])
        try mark.clear(culprit)
        try mark.begin(suspect: later)
        try mark.end()
        #expect(!isMarked(spool))
    }

    @Test("without a batch, an item that crashed alone is the only suspect")
    func alone() throws {
        let spool = try TemporarySpool()
        _ = try spool.putClaim("a.json", number: 1)
        let taken = try spool.putClaim("b\n\u{e9}.json", number: 2)
        try PoisonMark(spool.spool).begin(suspect: taken)
        let mark = try PoisonMark(spool.spool)
        #expect(mark.wasLeft && mark.suspects == [taken: 1])
        // It was moved away meanwhile.
        try spool.spool.work.remove(taken.bytes)
        #expect(try PoisonMark(spool.spool).suspects.isEmpty)
    }

    @Test("a batch that goes well does not excuse those whom an earlier one accused")
    func batchBetween() throws {
        let spool = try TemporarySpool()
        let claim = try spool.putClaim("a.json", number: 1)
        try PoisonMark(spool.spool).begin()
        let mark = try PoisonMark(spool.spool)
        try mark.begin()
        try mark.end()
        #expect(isMarked(spool))
        #expect(try PoisonMark(spool.spool).suspects == [claim: 1])
    }

    @Test("who has to wait in between stays under suspicion, and waiting itself is no crash")
    func pause() throws {
        let spool = try TemporarySpool()
        let claim = try spool.putClaim("a.json", number: 1)
        try PoisonMark(spool.spool).begin()
        for crashes in 1..<PoisonMark.crashLimit {
            let mark = try PoisonMark(spool.spool)
            #expect(mark.suspects == [claim: crashes])
            try mark.begin(suspect: claim)
            try mark.pause()
            #expect(try PoisonMark(spool.spool).suspects == [claim: crashes])
            // Here the process ends.
            try mark.begin(suspect: claim)
        }
        let mark = try PoisonMark(spool.spool)
        #expect(mark.suspects == [claim: 3])
        try mark.clear(claim)
        #expect(!isMarked(spool))
    }

    @Test("who waits without being under suspicion leaves no mark")
    func pauseOfTheInnocent() throws {
        let spool = try TemporarySpool()
        let claim = try spool.putClaim("a.json", number: 1)
        let mark = try PoisonMark(spool.spool)
        try mark.begin(suspect: claim)
        try mark.pause()
        #expect(!isMarked(spool))
    }

    @Test(
        "a mark that is empty or damaged does no harm", arguments: ["", "begin", "begin x\nend\n\n\0\u{e9}", "end *\n"])
    func damaged(text: String) throws {
        let spool = try TemporarySpool()
        _ = try spool.putClaim("a.json", number: 1)
        try spool.put(".judging", text, in: "work")
        let mark = try PoisonMark(spool.spool)
        #expect(mark.suspects.isEmpty)
        try mark.begin()
        try mark.end()
        #expect(!isMarked(spool))
    }
}
