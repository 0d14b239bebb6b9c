import Foundation
import Glibc
import Grants
import Linux
import Testing

@testable import Spool

/// What is asked of the disk, and in which order; each in a process of its own under strace.
@Suite(.enabled(if: Strace.isAvailable), .timeLimit(.minutes(1)))
struct SystemCallOrderTests {
    @Test("a batch of any size is made durable by the same few fsyncs: destinations, work, incoming")
    func settle() async {
        await #expect(processExitsWith: .success) {
            let now = Timestamp(seconds: 1_795_215_600)
            let spool = try TemporarySpool()
            let settle = Settle(spool.spool)
            func moves(_ numbers: ClosedRange<UInt64>) throws -> [Settle.Move] {
                try numbers.map { number in
                    let claim = try spool.putClaim("\(number).json", number: number)
                    let isGood = number % 2 == 0
                    return Settle.Move(
                        claim: claim, verdict: isGood ? .done : .failed(.spool002), why: isGood ? nil : "why",
                        isRetry: false)
                }
            }
            // The folders of day and code are made, once, before.
            _ = try settle.settle(moves(1...2), at: now)
            let small = try moves(3...4)
            let large = try moves(5...104)
            for batch in [small, large] {
                let calls = try Strace.record("fsync,fdatasync,syncfs,sync_file_range,sync") {
                    _ = try settle.settle(batch, at: now)
                }
                let synced = calls.compactMap { $0.firstMatch(of: /fsync\(\d+<[^>]*spool-test-[^\/]*\/([^>]*)>\)/)?.1 }
                #expect(Set(synced.prefix(2)) == ["done/20261120", "failed/SPOOL002"])
                #expect(synced.dropFirst(2) == ["work", "incoming"])
                #expect(calls.filter { $0.contains("sync") }.count == 4)
            }
        }
    }

    @Test("after a retry the failed/ folders are synced last")
    func retry() async {
        await #expect(processExitsWith: .success) {
            let now = Timestamp(seconds: 1_795_215_600)
            let spool = try TemporarySpool()
            try spool.make("failed/ENTRA052")
            try spool.make("done/20261120")
            let claim = try spool.putClaim("a.json", number: 1)
            let move = Settle.Move(claim: claim, verdict: .done, why: nil, isRetry: true)
            let calls = try Strace.record("fsync") { _ = try Settle(spool.spool).settle([move], at: now) }
            let synced = calls.compactMap { $0.firstMatch(of: /fsync\(\d+<[^>]*spool-test-[^\/]*\/([^>]*)>\)/)?.1 }
            // The first also because this process has not seen yet that the day's folder is on disk.
            #expect(synced == ["done", "done/20261120", "work", "incoming", "failed/ENTRA052"])
        }
    }

    @Test("a folder that came back whole goes only when its items are durable where they came to")
    func absorb() async {
        await #expect(processExitsWith: .success) {
            let spool = try TemporarySpool()
            try spool.make("incoming/ENTRA052")
            for number in 0..<5 { try spool.put("\(number).json", in: "incoming/ENTRA052") }
            let listing = try Incoming(spool.spool).list(upTo: 10)
            let calls = try Strace.record("fsync,renameat2,unlinkat") { _ = try spool.spool.absorb(listing) }
            let kinds = calls.compactMap { call in
                call.firstMatch(of: /(renameat2|unlinkat)\(/)?.1
                    ?? call.firstMatch(of: /fsync\(\d+<[^>]*spool-test-[^\/]*\/([^>]*)>\)/)?.1
            }
            #expect(kinds.prefix(5).allSatisfy { $0 == "renameat2" })
            #expect(kinds.dropFirst(5) == ["work", "incoming", "incoming/ENTRA052", "failed", "unlinkat"])
            #expect(spool.names("incoming").count == 5)
        }
    }

    @Test("a look asks for the times of names without stamp only")
    func list() async {
        await #expect(processExitsWith: .success) {
            let spool = try TemporarySpool()
            try spool.put("plain.json")
            for index in 10...59 { try spool.put("20261120T2305\(index).000000Z-0000~x.json") }
            let calls = try Strace.record("newfstatat,statx,stat,lstat") {
                _ = try Incoming(spool.spool).list(upTo: 100)
            }
            #expect(calls.filter { $0.contains(".json") }.count == 1)
        }
    }

    @Test("ledgers: all locations are made durable by one fsync of the log")
    func ledgers() async {
        await #expect(processExitsWith: .success) {
            let spool = try TemporarySpool()
            let ledgers = ["a", "b"].map {
                Ledger(location: $0, id: String(repeating: $0, count: 36), memory: .seconds(1))
            }
            let changes = ledgers.map { $0.change(mayHaveSent: true) }
            let now = Timestamp(seconds: 1_795_215_600)
            try spool.spool.ledgers.write(changes, at: now)
            let calls = try Strace.record("fsync,fdatasync") { try spool.spool.ledgers.write(changes, at: now) }
            #expect(calls.count == 1 && calls[0].contains("/ledger/ledger.sqlite-wal"), "\(calls)")
        }
    }
}
