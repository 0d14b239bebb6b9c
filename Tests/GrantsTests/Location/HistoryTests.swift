import Kit
import Testing

@testable import Grants

/// The result is a function of the requests alone (invariant I5s of the model), whatever the order and the batches.
struct HistoryTests {
    @Test("random histories, in any order and batching, with restarts between", arguments: 0..<40 as Range<UInt64>)
    func orderIndependence(block: UInt64) throws {
        for seed in block * 100..<block * 100 + 100 {
            var random = SeededRandom(seed: seed)
            let history = History(using: &random)
            let steps = try play(history, seed: seed, using: &random)
            let kept = history.grants.filter { !steps.givenUp.contains($0.order.name) }
            let wanted = oracle(kept, history.removals, at: steps.now)
            let list = steps.ledger.list(at: steps.now)
            let open = list == [sentinel] ? [] : list.reduce(into: Set<Int>()) { $0.formUnion(addresses($1)) }
            let story = "seed \(seed): \(history.items.map(\.description))"
            #expect(open == wanted, "\(story)")
            #expect(steps.graph == list, "\(story)")
            #expect(list == IPRangeSet.union(of: list), "\(story)")
            #expect(steps.unexplained.isEmpty, "\(story)")
            #expect(steps.unstable.isEmpty, "\(story)")
            #expect(steps.ledger.overdue(desired: list).isEmpty, "\(story)")
        }
    }

    private func play(_ history: History, seed: UInt64, using random: inout SeededRandom) throws -> Steps {
        var steps = Steps(now: at(10))
        var toCome = history.items.shuffled(using: &random)
        var retries = 2
        while !toCome.isEmpty || !steps.isIdle {
            switch Int.random(in: 0..<16, using: &random) {
            case 0..<5: if let item = toCome.popLast() { steps.judge(item) }
            case 5: steps.now = steps.now + .seconds(Int.random(in: 0...4, using: &random))
            case 6: steps.expire()
            case 7: steps.settle()
            case 8...9: steps.send()
            case 10...11: steps.reply(success: true)
            case 12: steps.reply(success: false)
            case 13: steps.settle()
            case 14:
                if Int.random(in: 0..<4, using: &random) == 0 { steps.giveUp() }
                retryByHand(&retries, history, &toCome, steps, using: &random)
            default: try steps.restart(shuffledBy: &random)
            }
            if Int.random(in: 0..<3, using: &random) == 0 { steps.checkPlan(using: &random) }
            try check(steps, history, seed: seed)
        }
        // At rest: what is over is ended, and Graph is written once more.
        steps.expire()
        steps.send()
        steps.reply(success: true)
        let before = steps.ledger
        try steps.restart(shuffledBy: &random)
        #expect(steps.ledger.leases == before.leases, "seed \(seed): a restart at rest changes leases")
        // Nothing vouches for the list after a kill, so it is written again.
        steps.send()
        steps.reply(success: true)
        return steps
    }

    /// What failed is moved back into `incoming/` now and then.
    private func retryByHand(
        _ retries: inout Int, _ history: History, _ toCome: inout [HistoryItem], _ steps: Steps,
        using random: inout SeededRandom
    ) {
        guard retries > 0, let item = history.items.randomElement(using: &random) else { return }
        let name = item.order.name
        guard steps.settled[name] == false || steps.givenUp.contains(name),
            !toCome.contains(where: { $0.order == item.order })
        else { return }
        retries -= 1
        toCome.append(item)
    }

    /// What holds after every step.
    private func check(_ steps: Steps, _ history: History, seed: UInt64) throws {
        for lease in steps.ledger.leases.values {
            let grant = try #require(history.grants.first { $0.order == lease.order })
            #expect(!lease.ranges.isEmpty && Set(lease.ranges).isSubset(of: grant.ranges), "seed \(seed)")
            #expect(steps.settled[lease.order.name] == true, "seed \(seed): a lease of an item that is not in done/")
            for tombstone in steps.ledger.tombstones.all.values {
                #expect(
                    tombstone.removal.precedes(lease.order)
                        || oracle([lease], [tombstone.removal], at: lease.expiresAt - .seconds(1))
                            == oracle([lease], [], at: lease.expiresAt - .seconds(1)),
                    "seed \(seed): \(lease) lives on after \(tombstone.removal)")
            }
        }
    }
}
