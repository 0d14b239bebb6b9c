import Testing

@testable import Grants

struct DeparturesTests {
    @Test("an address that two hold has to leave since the second of them left, with that one's cause")
    func lastHolder() {
        for isTogether in [false, true] {
            var ledger = emptyLedger()
            let address = ranges("203.0.113.1")
            _ = ledger.take(grant(1, address, user: "alice", until: 10), at: at(2))
            _ = ledger.take(grant(1, ranges("203.0.113.0/24"), user: "bob", name: "b.json", until: 20), at: at(2))
            ledger.confirm(ledger.list(at: at(3)), kept: [sentinel])
            if !isTogether {
                _ = ledger.expire(at: at(11))
                #expect(ledger.departures.byRange.isEmpty)
                _ = ledger.apply(removal(12, .user("bob", ranges: nil)), at: at(15))
                let due = ledger.overdue(desired: ledger.list(at: at(15)))
                #expect(Set(due.values.map(\.since)) == [at(15)] && Set(due.values.map(\.cause)) == [.revoked])
                continue
            }
            _ = ledger.expire(at: at(21))
            let due = ledger.overdue(desired: ledger.list(at: at(21)))
            #expect(due[ranges("203.0.113.0/24")[0]]?.since == at(20))
        }
    }

    private let list = ["203.0.113.1", "203.0.113.2", "203.0.113.3"].compactMap { try? CIDR($0) }

    /// Three leases that Graph has taken.
    private func ledger() -> Ledger {
        var ledger = emptyLedger()
        _ = ledger.take(grant(0, ranges("203.0.113.1"), user: "a", until: 50), at: at(1))
        _ = ledger.take(grant(0, ranges("203.0.113.2"), user: "b", id: "b"), at: at(1))
        _ = ledger.take(grant(0, ranges("203.0.113.3"), user: "c"), at: at(1))
        ledger.confirm(list, kept: [sentinel])
        return ledger
    }

    @Test("whatever ends a lease is the cause of its leaving, also after a restart")
    func causes() throws {
        var ledger = ledger()
        #expect(ledger.expire(at: at(50)).count == 1)
        _ = ledger.apply(removal(60, .user("c", ranges: nil)), at: at(61))
        _ = ledger.take(grant(70, ranges("203.0.113.9"), user: "b", id: "b"), at: at(71))
        let next = ledger.list(at: at(80))
        let leaving = ledger.reread().leaving(for: next)
        #expect(leaving.ranges.map(\.cause) == [.expired, .replaced, .revoked])
        #expect(leaving.unexplained.isEmpty)
        #expect(ledger.overdue(desired: next)[list[0]]?.since == at(50))
        ledger.willSend()
        #expect(ledger.overdue(desired: next).count == 3, "sent, but not taken yet")
        ledger.confirm(next, kept: [sentinel])
        #expect(ledger.departures.byRange.isEmpty)
    }

    @Test("a flush says that it was one; the sentinel and what was pinned need no lease")
    func flush() throws {
        var ledger = ledger()
        _ = ledger.apply(removal(60, .everything), at: at(61))
        #expect(Set(ledger.leaving(for: [sentinel]).ranges.map(\.cause)) == [.flushed])
        let pin = try CIDR("198.51.100.0/24")
        ledger.confirm([pin, sentinel], kept: [pin, sentinel])
        let leaving = ledger.leaving(for: list)
        #expect(leaving.unexplained.isEmpty && leaving.ranges.map(\.cause) == [.unpinned, .unpinned])
    }

    @Test("who is held by another lease does not leave, and is not overdue")
    func shared() {
        var ledger = ledger()
        _ = ledger.take(grant(0, ranges("203.0.113.1"), user: "z"), at: at(1))
        _ = ledger.expire(at: at(50))
        let next = ledger.list(at: at(51))
        #expect(next == list)
        #expect(ledger.overdue(desired: next).isEmpty)
        ledger.willSend()
        ledger.confirm(next, kept: [sentinel])
        #expect(ledger.departures.byRange.isEmpty)
    }

    @Test("a revoke that comes while a list is under way is due until the next one is taken")
    func meanwhile() {
        var ledger = ledger()
        ledger.willSend()
        _ = ledger.apply(removal(60, .addresses(ranges("203.0.113.2"))), at: at(61))
        ledger.confirm(list, kept: [sentinel])
        #expect(ledger.overdue(desired: ledger.list(at: at(62))).values.map(\.cause) == [.revoked])
    }

    @Test("a lease that ends during the very write that first shows it leaves with the next one")
    func endedOnTheWay() {
        var ledger = ledger()
        _ = ledger.take(grant(0, ranges("203.0.113.9"), id: "later", from: 20), at: at(1))
        let list = ledger.list(at: at(20))
        ledger.willSend()
        _ = ledger.apply(removal(21, .grantId("later")), at: at(21))
        ledger.confirm(list, kept: [sentinel])
        let leaving = ledger.leaving(for: ledger.list(at: at(22)))
        #expect(leaving.unexplained.isEmpty && leaving.ranges.map(\.cause) == [.revoked])
    }

    @Test("what a lost write may have brought is overdue once it is ended")
    func perhapsThere() {
        var ledger = ledger()
        let carried = grant(60, ranges("203.0.113.9"), user: "z")
        ledger.willSend()
        ledger.mayBeHeld(ledger.list(at: at(61), adding: [carried]))
        _ = ledger.apply(removal(62, .user("z", ranges: nil)), at: at(62))
        ledger.remember(refused: carried, at: at(62))
        #expect(ledger.overdue(desired: ledger.list(at: at(63))).keys.map(\.description) == ["203.0.113.9/32"])
        ledger.willSend()
        ledger.confirm(ledger.list(at: at(63)), kept: [sentinel])
        #expect(ledger.overdue(desired: ledger.list(at: at(63))).isEmpty)
    }

    @Test(
        "a grant that Graph took and that a newer one of its key supersedes before it is recorded leaves with a cause")
    func supersededOnTheWay() {
        var ledger = ledger()
        let older = grant(60, ranges("203.0.113.8"), id: "k")
        ledger.willSend()
        ledger.confirm(ledger.list(at: at(61), adding: [older]), kept: [sentinel])
        ledger.remember(refused: grant(62, ranges("203.0.113.9"), id: "k", until: 62), at: at(63))
        #expect(ledger.take(older, at: at(63)) == .superseded)
        #expect(ledger.leaving(for: ledger.list(at: at(64))).unexplained.isEmpty)
    }

    @Test("a lease that is gone without a cause is found, also as half of a merged range")
    func unexplained() throws {
        var ledger = ledger()
        #expect(ledger.leaving(for: [list[0], list[2]]).unexplained == [list[1]])
        ledger.confirm(ranges("203.0.113.0/30"), kept: [sentinel])
        _ = ledger.expire(at: at(50))
        #expect(ledger.leaving(for: ranges("203.0.113.2", "203.0.113.3")).unexplained == ranges("203.0.113.0"))
    }
}
