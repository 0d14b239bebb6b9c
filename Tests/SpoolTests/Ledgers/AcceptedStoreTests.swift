import Foundation
import Grants
import Linux
import Testing

@testable import Spool

struct AcceptedStoreTests {
    private let now = Timestamp(seconds: 1_795_215_600)
    private let name = "accepted-requests"

    private func hash(_ byte: UInt8) -> [UInt8] { [UInt8](repeating: byte, count: 32) }

    /// Remembers and writes, as the worker does.
    private func add(_ byte: UInt8, to accepted: inout AcceptedRequests, _ store: AcceptedStore) throws {
        let line = accepted.remember(hash(byte), until: now + .seconds(60), at: now)
        try store.append(try #require(line))
    }

    @Test("what was appended is read again, until it is over")
    func roundTrip() throws {
        let spool = try TemporarySpool()
        let store = AcceptedStore(spool.spool)
        var accepted = try store.read(at: now)
        #expect(accepted.count == 0)
        for byte in 1...3 as ClosedRange<UInt8> { try add(byte, to: &accepted, store) }
        let read = try AcceptedStore(spool.spool).read(at: now)
        #expect((1...4).map { read.contains(hash($0), at: now) } == [true, true, true, false])
        #expect(read == accepted)
        #expect(try AcceptedStore(spool.spool).read(at: now + .seconds(60)).count == 0)
    }

    @Test("a tail that a crash tore is left out, and what follows it is not", arguments: [10, 64, 70, 90])
    func torn(length: Int) throws {
        let spool = try TemporarySpool()
        let store = AcceptedStore(spool.spool)
        var accepted = AcceptedRequests()
        for byte in 1...2 as ClosedRange<UInt8> { try add(byte, to: &accepted, store) }
        let whole = try #require(spool.text(name, in: "ledger"))
        let line = whole.split(separator: "\n")[1]
        try spool.put(
            name, String(whole.dropLast(line.count + 1) + line.prefix(min(length, line.count - 1))), in: "ledger")
        let read = try AcceptedStore(spool.spool).read(at: now)
        #expect(read.contains(hash(1), at: now) && !read.contains(hash(2), at: now))
        try add(3, to: &accepted, AcceptedStore(spool.spool))
        let later = try AcceptedStore(spool.spool).read(at: now)
        #expect((1...3).map { later.contains(hash($0), at: now) } == [true, false, true])
        #expect(later.unreadable == 1)
    }

    @Test("after it was written anew, lines go to the new file")
    func replaced() throws {
        let spool = try TemporarySpool()
        let store = AcceptedStore(spool.spool)
        var accepted = AcceptedRequests()
        try add(1, to: &accepted, store)
        try store.replace(with: accepted.recorded)
        try add(2, to: &accepted, store)
        #expect(try AcceptedStore(spool.spool).read(at: now).count == 2)
        #expect(try spool.spool.ledger.status(of: Array(name.utf8)).mode == 0o600)
        #expect(try LedgerStore(spool.spool).locations().isEmpty)
    }
}
