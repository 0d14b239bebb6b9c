import Kit
import Testing

@testable import Grants

struct DesiredRangesTests {
    @Test("below the limit nothing is merged and everybody fits")
    func roomy() {
        var ledger = emptyLedger()
        _ = ledger.take(grant(1, ranges("203.0.113.0", "203.0.113.1")), at: at(2))
        let desired = ledger.desired(2, adding: [grant(2, ranges("203.0.113.2"))], limit: 3)
        #expect(desired.list.map(\.description) == ["203.0.113.0/32", "203.0.113.1/32", "203.0.113.2/32"])
        #expect(desired.withoutRoom.isEmpty && desired.hidden.isEmpty)
    }

    @Test("past the limit siblings are merged before anybody stays out; then the newest do")
    func full() {
        var ledger = emptyLedger()
        _ = ledger.take(grant(1, ranges("203.0.113.0", "203.0.113.1")), at: at(2))
        let second = grant(2, ranges("203.0.113.8"), name: "second")
        let third = grant(3, ranges("203.0.113.16"), name: "third")
        let shared = grant(4, ranges("203.0.113.1"), user: "bob", name: "shared")
        let desired = ledger.desired(5, adding: [shared, third, second], limit: 2)
        #expect(desired.list.map(\.description) == ["203.0.113.0/31", "203.0.113.8/32"])
        #expect(desired.withoutRoom == [third] && desired.hidden.isEmpty)
    }

    @Test("a grant renewed from another address takes the place of its former life")
    func renewed() {
        var ledger = emptyLedger()
        _ = ledger.take(grant(1, ranges("203.0.113.8"), id: "k"), at: at(2))
        _ = ledger.take(grant(1, ranges("203.0.113.16"), id: "l"), at: at(2))
        let desired = ledger.desired(3, adding: [grant(2, ranges("203.0.113.32"), id: "k")], limit: 2)
        #expect(desired.list.map(\.description) == ["203.0.113.16/32", "203.0.113.32/32"])
        #expect(desired.withoutRoom.isEmpty)
        let tooLarge = ledger.desired(3, adding: [grant(2, ranges("1.1.1.1", "1.1.1.3"), id: "k")], limit: 2)
        #expect(tooLarge.list.map(\.description) == ["203.0.113.8/32", "203.0.113.16/32"])
        #expect(tooLarge.withoutRoom.count == 1)
    }

    @Test("a grant that starts later keeps its place")
    func later() {
        var ledger = emptyLedger()
        _ = ledger.take(grant(1, ranges("203.0.113.8"), from: 100), at: at(2))
        let now = grant(2, ranges("203.0.113.16"))
        #expect(ledger.desired(3, adding: [now], limit: 1).withoutRoom == [now])
        #expect(ledger.desired(3, adding: [now], limit: 2).list == now.ranges)
    }

    @Test("a removal out of the middle of merged ranges goes through; the newest lease waits in the ledger")
    func hidden() {
        var ledger = emptyLedger()
        for last in 0..<4 {
            let lease = grant(last, ranges("203.0.113.\(last)"), id: "\(last)")
            #expect(ledger.desired(9, adding: [lease], limit: 2).withoutRoom.isEmpty)
            _ = ledger.take(lease, at: at(9))
        }
        let last = grant(7, ranges("203.0.113.16"), id: "7")
        _ = ledger.take(last, at: at(9))
        #expect(ledger.desired(9, limit: 2).list.map(\.description) == ["203.0.113.0/30", "203.0.113.16/32"])
        _ = ledger.apply(removal(8, .grantId("1")), at: at(9))
        let after = ledger.desired(9, limit: 2)
        #expect(after.list.map(\.description) == ["203.0.113.0/32", "203.0.113.2/31"])
        #expect(after.hidden == [last])
        _ = ledger.apply(removal(8, .grantId("0")), at: at(9))
        #expect(ledger.desired(9, limit: 2).list.map(\.description) == ["203.0.113.2/31", "203.0.113.16/32"])
    }

    @Test("a newer grant of the same key counts, though it was revoked: what is older than it does not come back")
    func revokedButNewer() {
        var ledger = emptyLedger()
        _ = ledger.apply(removal(5, .addresses(ranges("203.0.113.1"))), at: at(5))
        let waiting = [grant(2, ranges("203.0.113.5"), id: "a"), grant(4, ranges("203.0.113.1"), id: "a")]
        #expect(ledger.desired(6, adding: waiting, limit: 9).list == [sentinel])
    }

    @Test("what it gives is what the definition gives", arguments: 0..<40 as Range<UInt64>)
    func definition(block: UInt64) {
        for seed in block * 25..<block * 25 + 25 {
            var random = SeededRandom(seed: seed)
            let limit = Int.random(in: 1...8, using: &random)
            var ledger = emptyLedger()
            for grant in History(using: &random, atMost: 20).grants { _ = ledger.take(grant, at: at(6)) }
            for removal in History(using: &random, atMost: 3).removals { _ = ledger.apply(removal, at: at(6)) }
            let pinned = Bool.random(using: &random) ? ranges("203.0.113.6") : []
            let waiting = History(using: &random, atMost: 12).grants
            let result = ledger.desired(7, adding: waiting, pinned: pinned, limit: limit)
            let expected = byDefinition(ledger, waiting, pinned, at: at(7), limit: limit)
            #expect(result == expected, "seed \(seed)")
            #expect(result == ledger.desired(7, adding: waiting.reversed(), pinned: pinned, limit: limit))
            #expect((1...limit).contains(result.list.count) && result.list == IPRangeSet.union(of: result.list))
            let plain = ledger.list(at: at(7), adding: waiting, pinned: pinned)
            if result.withoutRoom.isEmpty && result.hidden.isEmpty && plain.count <= limit {
                #expect(result.list == plain, "seed \(seed): merged without need")
            }
        }
    }

    @Test("the cover is the merged form, whatever comes and goes", arguments: 0..<20 as Range<UInt64>)
    func cover(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var occupancy = Occupancy([])
        var held: [[CIDR]] = []
        for _ in 0..<150 {
            let new = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                CIDR(
                    family: .v4, address: 0xcb00_7100 + UInt128(Int.random(in: 0..<32, using: &random)),
                    prefixLength: [32, 32, 32, 31, 30, 28].randomElement(using: &random) ?? 32)
            }
            let isLeaving = !held.isEmpty && Int.random(in: 0..<3, using: &random) == 0
            let old = isLeaving ? held.remove(at: Int.random(in: 0..<held.count, using: &random)) : []
            let before = occupancy.cover
            let isTaken = occupancy.exchange(old, for: new, limit: 6)
            held.append(isTaken ? new : old)
            let merged = IPRangeSet.merged(held.flatMap(\.self))
            #expect(occupancy.cover == merged)
            #expect(isTaken ? merged.count <= max(6, before.count) : merged == before)
            let plain = IPRangeSet.union(of: held.flatMap(\.self))
            #expect(occupancy.list(limit: 6) == (plain.count <= 6 ? plain : merged))
        }
    }

    @Test("while nothing can be recorded no waiting grant takes the place of a lease, covers it or has it merged")
    func withoutAdditionsKeepsLeases() {
        func sent(_ held: [String], adding waiting: Lease..., limit: Int = Ledger.limit) -> [String] {
            var ledger = emptyLedger()
            for (index, text) in held.enumerated() {
                _ = ledger.take(grant(1, ranges(text), id: "\(index)"), at: at(2))
            }
            ledger.confirm(ledger.list(at: at(2)), kept: [])
            return ledger.desiredWithoutAdditions(
                at: at(3), adding: waiting, pinned: [], sentinel: sentinel, limit: limit
            ).map(\.description)
        }
        #expect(sent(["203.0.113.7"], adding: grant(2, ranges("203.0.113.0/24"))) == ["203.0.113.7/32"])
        #expect(sent(["203.0.113.7"], adding: grant(2, ranges("203.0.113.9"), id: "0")) == ["203.0.113.7/32"])
        let siblings = ["203.0.113.8", "203.0.113.9", "203.0.113.32"]
        #expect(
            sent(siblings, adding: grant(2, ranges("203.0.113.64")), limit: 3)
                == ["203.0.113.8/32", "203.0.113.9/32", "203.0.113.32/32"])
    }

    @Test("while nothing can be recorded only what is there already is sent, in whatever range it stands")
    func withoutAdditions() {
        var ledger = emptyLedger()
        _ = ledger.take(grant(1, ranges("203.0.113.8"), id: "k"), at: at(2))
        _ = ledger.take(grant(1, ranges("203.0.113.16"), id: "l"), at: at(2))
        func sent() -> [String] {
            ledger.desiredWithoutAdditions(at: at(3), pinned: [], sentinel: sentinel).map(\.description)
        }
        ledger.confirmation = .unconfirmed
        #expect(sent() == ["203.0.113.8/32", "203.0.113.16/32"])
        ledger.confirm(ranges("203.0.113.0/28", "203.0.113.64"), kept: [])
        #expect(sent() == ["203.0.113.8/32"])
        ledger.confirm(ranges("203.0.113.64"), kept: [])
        #expect(sent() == [sentinel.description])
        // Taken by Graph, but it could not be recorded: no reason to take it back.
        ledger.confirm(ranges("203.0.113.8", "203.0.113.32"), kept: [])
        let taken = [grant(2, ranges("203.0.113.32")), grant(2, ranges("203.0.113.64"), name: "new")]
        let list = ledger.desiredWithoutAdditions(at: at(3), adding: taken, pinned: [], sentinel: sentinel)
        #expect(list == ranges("203.0.113.8", "203.0.113.32"))
    }
}

extension Ledger {
    fileprivate func desired(
        _ seconds: Int, adding waiting: [Lease] = [], pinned: [CIDR] = [], limit: Int
    ) -> DesiredRanges {
        desiredRanges(at: at(seconds), adding: waiting, pinned: pinned, sentinel: GrantsTests.sentinel, limit: limit)
    }
}

/// The same by trying every grant on whole lists.
private func byDefinition(
    _ ledger: Ledger, _ waiting: [Lease], _ pinned: [CIDR], at now: Timestamp, limit: Int
) -> DesiredRanges {
    var held = ledger.leases.filter { $0.value.expiresAt > now }
    var hidden: [Lease] = []
    func open(_ leases: some Sequence<Lease>) -> [CIDR] {
        pinned + leases.filter { $0.isActive(at: now) && !hidden.contains($0) }.flatMap(\.ranges)
    }
    func size(_ ranges: [CIDR]) -> Int { IPRangeSet.merged(ranges).count }
    var everybody = held
    for grant in waiting.sorted(by: { $0.order < $1.order }) where !ledger.isSuperseded(grant) {
        var lease = grant
        lease.ranges = ledger.tombstones.remainder(of: grant)
        everybody[lease.key] = lease
    }
    if size(open(everybody.values)) <= limit, size(pinned + everybody.values.flatMap(\.ranges)) <= limit {
        let plain = IPRangeSet.union(of: open(everybody.values))
        return DesiredRanges(
            plain.count <= limit ? plain : IPRangeSet.merged(plain), sentinel: sentinel)
    }
    if size(open(held.values)) > limit {
        var kept: [Lease] = []
        for lease in held.values.sorted(by: { $0.order < $1.order }) where lease.isActive(at: now) {
            if size(open(kept + [lease])) <= limit { kept.append(lease) } else { hidden.append(lease) }
        }
    }
    var out: [Lease] = []
    for grant in waiting.sorted(by: { $0.order < $1.order }) where !ledger.isSuperseded(grant) {
        var lease = grant
        lease.ranges = ledger.tombstones.remainder(of: grant)
        var next = held
        next[lease.key] = lease
        let reserved = size(pinned + held.values.flatMap(\.ranges))
        if size(open(next.values)) <= limit, size(pinned + next.values.flatMap(\.ranges)) <= max(limit, reserved) {
            held = next
            hidden.removeAll { $0.key == lease.key }
        } else {
            out.append(lease)
        }
    }
    let ranges = open(held.values)
    let plain = IPRangeSet.union(of: ranges)
    return DesiredRanges(
        plain.count <= limit ? plain : IPRangeSet.merged(ranges), withoutRoom: out, hidden: hidden, sentinel: sentinel)
}
