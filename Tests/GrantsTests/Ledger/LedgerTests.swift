import Grants
import Kit
import Testing

struct LedgerTests {
    private let a = ranges("203.0.113.1")
    private let b = ranges("203.0.113.2")

    @Test("nothing granted: the sentinel, or what is pinned; never an empty list")
    func empty() {
        #expect(emptyLedger().list(at: noon) == [sentinel])
        #expect(emptyLedger().list(at: noon, pinned: a) == a)
    }

    @Test("a grant opens its addresses from its start to its end, to the microsecond")
    func lifetime() {
        var ledger = emptyLedger()
        let lease = grant(0, a, from: 10, until: 20)
        #expect(ledger.take(lease, at: at(1)) == .applied)
        #expect(ledger.list(at: at(1)) == [sentinel] && ledger.nextChange(after: at(1)) == at(10))
        #expect(ledger.list(at: at(10)) == a && ledger.nextChange(after: at(10)) == at(20))
        #expect(ledger.list(at: at(20) - .microseconds(1)) == a)
        #expect(ledger.list(at: at(20)) == [sentinel])
        #expect(ledger.expire(at: at(20) - .microseconds(1)).isEmpty && ledger.nextEnd == at(20))
        #expect(ledger.expire(at: at(20)) == [lease] && ledger.leases.isEmpty && ledger.nextEnd == nil)
        #expect(ledger.expire(at: at(21)).isEmpty && ledger.nextChange(after: at(20)) == nil)
    }

    @Test("a start that is not later than the grant is no start")
    func pastStart() {
        #expect(grant(5, a, from: 5).startsAt == nil && grant(5, a, from: 2).startsAt == nil)
        #expect(grant(5, a, from: 6).startsAt == at(6))
    }

    @Test("a grant that is over is refused, and ends what is older of its key")
    func expired() {
        var ledger = emptyLedger()
        _ = ledger.take(grant(0, a, id: "k"), at: at(1))
        let late = grant(2, b, id: "k", until: 3)
        #expect(ledger.refusal(of: late, at: at(3))?.code == .spool004)
        #expect(ledger.refusal(of: late, at: at(2)) == nil)
        ledger.remember(refused: late, at: at(3))
        #expect(ledger.leases.isEmpty && ledger.isSuperseded(grant(1, a, id: "k")))
        #expect(!ledger.isSuperseded(grant(3, a, id: "k")))
    }

    @Test("the same key again replaces, the older one says so, whichever comes first")
    func superseding() {
        let older = grant(1, a, id: "k", name: "1.json")
        let newer = grant(2, b, id: "k", name: "2.json")
        for grants in [[older, newer], [newer, older]] {
            var ledger = emptyLedger()
            #expect(ledger.list(at: at(3), adding: grants) == b)
            for lease in grants {
                #expect(
                    ledger.take(lease, at: at(3)) == (lease == newer || lease == grants[0] ? .applied : .superseded))
            }
            #expect(ledger.list(at: at(3)) == b && ledger.list(at: at(3), adding: [older]) == b)
        }
    }

    @Test("at the same instant the name decides between grants, and a removal wins over both")
    func sameInstant() {
        var ledger = emptyLedger()
        _ = ledger.take(grant(1, b, id: "k", name: "b.json"), at: at(2))
        #expect(ledger.take(grant(1, a, id: "k", name: "a.json"), at: at(2)) == .superseded)
        #expect(ledger.apply(removal(1, .grantId("k"), name: "0.json"), at: at(2)).endedSomething)
        #expect(ledger.leases.isEmpty)
        #expect(ledger.refusal(of: grant(1, a, id: "k", name: "z.json"), at: at(2))?.code == .spool005)
    }

    @Test(
        "keys that only look the same are two",
        arguments: [
            (grant(1, ranges("203.0.113.1"), user: "alice"), grant(1, ranges("203.0.113.1"), user: "bob")),
            (grant(1, ranges("203.0.113.1"), user: "alice"), grant(1, ranges("203.0.113.1"))),
            (grant(1, ranges("203.0.113.1"), id: "alice"), grant(1, ranges("203.0.113.1"), user: "alice")),
            // A name may hold blanks and look like an address.
            (
                grant(1, ranges("203.0.113.1"), user: "alice 203.0.113.2/32"),
                grant(1, ranges("203.0.113.1", "203.0.113.2"), user: "alice")
            ),
            (
                grant(1, ranges("203.0.113.1"), user: "203.0.113.2/32 alice"),
                grant(1, ranges("203.0.113.1", "203.0.113.2"), user: "alice")
            ),
            (
                grant(1, ranges("203.0.113.1"), user: "203.0.113.2/32"),
                grant(1, ranges("203.0.113.1", "203.0.113.2"))
            ),
        ]
    )
    func keys(one: Lease, other: Lease) {
        #expect(one.key != other.key)
        #expect(LeaseKey(recorded: one.key.description) == one.key)
    }

    @Test(
        "what a removal takes of a lease of alice for two ranges, and of the same grant that comes later",
        arguments: [
            (.everything, []),
            (.grantId("k"), []),
            (.grantId("K"), ["203.0.113.1/32", "203.0.113.4/30"]),
            (.user("ALICE@example.com", ranges: nil), []),
            (.user("alice@example.com", ranges: ranges("203.0.113.1")), ["203.0.113.4/30"]),
            (.user("bob@example.com", ranges: nil), ["203.0.113.1/32", "203.0.113.4/30"]),
            (.user("alice@example.com", ranges: ranges("203.0.113.9")), ["203.0.113.1/32", "203.0.113.4/30"]),
            (.addresses(ranges("203.0.113.1")), ["203.0.113.4/30"]),
            (.addresses(ranges("203.0.113.6")), ["203.0.113.1/32"]),  // one address of a wider range: all of it goes
            (.addresses(ranges("203.0.113.0/24")), []),
            (.addresses(ranges("203.0.113.2", "203.0.113.8")), ["203.0.113.1/32", "203.0.113.4/30"]),
        ] as [(Removal.Scope, [String])]
    )
    func removing(scope: Removal.Scope, left: [String]) {
        let lease = grant(1, ranges("203.0.113.1", "203.0.113.4/30"), user: "Alice@Example.com", id: "k")
        let revoke = removal(2, scope)
        let expected = left.isEmpty ? [sentinel.description] : left

        var before = emptyLedger()
        _ = before.take(lease, at: at(3))
        let effect = before.apply(revoke, at: at(3))
        #expect(effect.endedSomething == (left.count < 2) && !effect.metNewer)
        #expect(before.list(at: at(3)).map(\.description) == expected)

        var after = emptyLedger()
        let blind = after.apply(revoke, at: at(3))
        #expect(!blind.endedSomething && !blind.metNewer)
        #expect(after.list(at: at(3), adding: [lease]).map(\.description) == expected)
        #expect((after.refusal(of: lease, at: at(3))?.code == .spool005) == left.isEmpty)
        #expect(after.take(lease, at: at(3)) == (left.isEmpty ? .refused : .applied))
        #expect(after.list(at: at(3)).map(\.description) == expected)
    }

    @Test("a shared address stays until its last holder leaves")
    func shared() {
        var ledger = emptyLedger()
        _ = ledger.take(grant(1, a, user: "alice"), at: at(3))
        _ = ledger.take(grant(1, a, user: "bob"), at: at(3))
        _ = ledger.apply(removal(2, .user("alice", ranges: nil)), at: at(3))
        #expect(ledger.list(at: at(3)) == a)
        _ = ledger.apply(removal(2, .user("bob", ranges: nil)), at: at(3))
        #expect(ledger.list(at: at(3)) == [sentinel])
    }

    @Test("a removal leaves what was issued after it and says that it met it")
    func newer() {
        var ledger = emptyLedger()
        let lease = grant(2, a, user: "alice", id: "k")
        _ = ledger.take(lease, at: at(3))
        for scope: Removal.Scope in [.everything, .grantId("k"), .user("alice", ranges: nil), .addresses(a)] {
            let effect = ledger.apply(removal(1, scope), at: at(3))
            #expect(effect.metNewer && !effect.endedSomething)
        }
        #expect(ledger.list(at: at(3)) == a && ledger.refusal(of: grant(2, b), at: at(3)) == nil)
    }

    @Test("a removal judged again says what it said, also after a restart")
    func judgedAgain() throws {
        var ledger = emptyLedger()
        _ = ledger.take(grant(1, a, user: "alice"), at: at(3))
        let flush = removal(2, .everything)
        #expect(ledger.apply(flush, at: at(3)).endedSomething)
        _ = ledger.take(grant(4, b), at: at(5))
        ledger = ledger.reread()
        let again = ledger.apply(flush, at: at(6))
        #expect(again.endedSomething && again.metNewer)
        #expect(ledger.list(at: at(6)) == b && ledger.tombstones.all.count == 1)

        let blind = removal(3, .addresses(a))
        #expect(!ledger.apply(blind, at: at(6)).endedSomething)
        ledger.noteEndedSomething(blind, at: at(6))
        ledger = ledger.reread()
        #expect(ledger.apply(blind, at: at(7)).endedSomething)
    }

    @Test("a grant judged twice is one lease")
    func takenTwice() {
        var ledger = emptyLedger()
        let lease = grant(1, a, user: "alice")
        #expect(ledger.take(lease, at: at(3)) == .applied)
        let once = ledger
        #expect(ledger.take(lease, at: at(4)) == .applied && ledger == once)
        ledger.remember(refused: grant(0, a, user: "alice"), at: at(4))
        #expect(ledger.leases == once.leases, "an older one that was refused ends nothing newer")
    }

    @Test("a newer grant of a key that was revoked on its way does not bring the older one back")
    func revokedUnderWay() {
        var ledger = emptyLedger()
        _ = ledger.take(grant(1, a, id: "k"), at: at(2))
        let next = grant(2, b, id: "k")
        _ = ledger.apply(removal(3, .addresses(b)), at: at(3))
        #expect(ledger.take(next, at: at(4)) == .refused)
        ledger.remember(refused: next, at: at(4))
        #expect(ledger.list(at: at(4)) == [sentinel])
        #expect(ledger.take(grant(1, a, id: "k"), at: at(5)) == .superseded)
    }

    @Test("starts and ends are found whatever was put in and taken out", arguments: 0..<20 as Range<UInt64>)
    func nextChange(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var ledger = emptyLedger()
        for number in 0..<60 {
            let end = Int.random(in: 20...60, using: &random)
            let start = Bool.random(using: &random) ? Int.random(in: 0..<end, using: &random) : nil
            let id = String(Int.random(in: 0..<12, using: &random))
            let issued = Int.random(in: 0...5, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: _ = ledger.apply(removal(issued, .grantId(id), name: "\(number).json"), at: at(6))
            case 1: _ = ledger.expire(at: at(Int.random(in: 6...40, using: &random)))
            case 2: ledger.remember(refused: grant(issued, a, id: id, name: "\(number).json"), at: at(6))
            case 3: ledger = ledger.reread()
            default:
                _ = ledger.take(
                    grant(issued, a, user: "u", id: id, name: "\(number).json", from: start, until: end), at: at(6))
            }
            let leases = Array(ledger.leases.values)
            #expect(ledger.nextEnd == leases.map(\.expiresAt).min())
            for now in [noon - .seconds(1), at(6), at(15), at(30), at(70)] {
                let changes = leases.map { lease in
                    lease.startsAt.flatMap { $0 > now ? $0 : nil } ?? lease.expiresAt
                }
                #expect(ledger.nextChange(after: now) == changes.min())
            }
            var emptied = ledger
            _ = emptied.apply(removal(9, .user("U", ranges: nil)), at: at(9))
            #expect(emptied.leases.isEmpty && emptied.nextEnd == nil)
        }
    }
}
