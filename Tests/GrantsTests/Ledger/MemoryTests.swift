import Grants
import Kit
import Testing

/// What is over is remembered for as long as something older of its kind could still come to life.
struct MemoryTests {
    private let day = Duration.seconds(86_400)
    private let a = ranges("203.0.113.1")

    @Test("tombstones and endings stay for the whole of it, and go some time after")
    func duration() throws {
        var ledger = emptyLedger()
        _ = ledger.take(grant(1, a, id: "k", until: 20), at: at(2))
        _ = ledger.apply(removal(3, .user("bob", ranges: nil)), at: at(10))
        _ = ledger.expire(at: at(20))
        for now in [at(10), at(10) + week - .seconds(1)] {
            #expect(!ledger.hasSomethingToForget(at: now))
            ledger.forget(before: now)
            #expect(ledger.tombstones.all.count == 1 && ledger.endings.byKey.count == 1 && ledger.forgotten == nil)
        }
        #expect(ledger.hasSomethingToForget(at: at(20) + week + .seconds(3_600)))
        ledger.forget(before: at(20) + week + .seconds(3_600))
        #expect(ledger.tombstones.all.isEmpty && ledger.endings.byKey.isEmpty)
        #expect(ledger.forgotten == at(3))
        #expect(ledger.reread() == ledger)
    }

    @Test("however much is revoked, so much is remembered; what is older than what was forgotten does not come to life")
    func bounded() {
        var ledger = emptyLedger()
        for number in 0...Ledger.mostRemembered {
            _ = ledger.apply(removal(number, .user("user \(number)", ranges: nil)), at: at(number))
        }
        let kept = Ledger.mostRemembered / 10 * 9
        #expect(ledger.tombstones.all.count == kept)
        #expect(ledger.forgotten == at(Ledger.mostRemembered - kept))
        let now = at(Ledger.mostRemembered + 1)
        let old = Lease(user: "user 7", ranges: a, order: order(6), expiresAt: now + day)
        #expect(ledger.refusal(of: old, at: now)?.code == .spool005)
        let wide = (0..<2_000).map { CIDR(family: .v4, address: 0x0800_0000 + UInt128($0 * 2), prefixLength: 32) }
        for number in 0..<300 {
            let order = Order(issuedAt: now + .seconds(number), name: itemName("wide \(number)"))
            _ = ledger.apply(Removal(.addresses(wide), order: order), at: now)
        }
        #expect(ledger.tombstones.rangeCount <= 400_000)
    }

    @Test("a verdict noted again is remembered from then on, also where memory was shortened")
    func again() {
        var ledger = emptyLedger(memory: day * 30)
        let flush = removal(1, .everything)
        _ = ledger.apply(flush, at: at(2))
        ledger.memory = week
        _ = ledger.apply(flush, at: at(3))
        #expect(ledger.tombstones[flush]?.until == at(2) + day * 30)
    }

    @Test("what was forgotten cannot come to life where a reload lets grants live longer")
    func lengthened() {
        var ledger = emptyLedger()
        _ = ledger.apply(removal(5, .user("alice", ranges: nil)), at: at(6))
        let later = at(7) + week + .seconds(3_600)
        ledger.forget(before: later)
        ledger.memory = day * 30
        // The same file that the revoke had ended, retried by hand under the new setting.
        let old = Lease(user: "alice", ranges: a, order: order(4), expiresAt: at(4) + day * 30)
        #expect(ledger.refusal(of: old, at: later)?.code == .spool005)
        #expect(ledger.take(old, at: later) == .refused)
        #expect(ledger.list(at: later, adding: [old]) == [sentinel])
        let new = Lease(user: "alice", ranges: a, order: order(6), expiresAt: at(6) + day * 30)
        #expect(ledger.refusal(of: new, at: later) == nil && ledger.take(new, at: later) == .applied)
    }

    @Test("a time that was noted while the clock stood years ahead keeps nobody out")
    func wrongClock() {
        var ledger = emptyLedger()
        let wrong = noon + day * 365
        _ = ledger.apply(
            Removal(.user("bob", ranges: nil), order: Order(issuedAt: wrong, name: itemName("r"))), at: wrong)
        ledger.forget(before: wrong + day * 8)
        #expect(ledger.forgotten == wrong)
        #expect(ledger.refusal(of: grant(1, a), at: at(2)) == nil)
    }

    @Test("nothing revoked or ended ever comes back, whatever reloads change", arguments: 0..<30 as Range<UInt64>)
    func reloads(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for round in 0..<20 {
            var ledger = emptyLedger()
            var now = noon
            var longest = day
            var files: [(name: String, issuedAt: Timestamp, id: String)] = []
            var removals: [Removal] = []
            for number in 0..<40 {
                now = now + .seconds(Int.random(in: 0...4 * 86_400, using: &random))
                _ = ledger.expire(at: now)
                ledger.forget(before: now)
                let id = ["a", "b", "c"].randomElement(using: &random) ?? "a"
                switch Int.random(in: 0..<7, using: &random) {
                case 0:
                    longest = day * Int.random(in: 1...30, using: &random)
                    ledger.memory = max(longest, week)
                case 1:
                    let removal = Removal(.grantId(id), order: Order(issuedAt: now, name: itemName("\(number)")))
                    removals.append(removal)
                    _ = ledger.apply(removal, at: now)
                case 2:
                    ledger = ledger.reread()
                default:
                    if Bool.random(using: &random) { files.append((String(number), now, id)) }
                    guard let file = files.randomElement(using: &random) else { continue }
                    // Read again under the settings of the day.
                    let lease = Lease(
                        grantId: file.id, ranges: a, order: Order(issuedAt: file.issuedAt, name: itemName(file.name)),
                        expiresAt: file.issuedAt + longest)
                    if ledger.refusal(of: lease, at: now) != nil {
                        ledger.remember(refused: lease, at: now)
                    } else {
                        _ = ledger.take(lease, at: now)
                    }
                }
                for lease in ledger.leases.values {
                    #expect(
                        !removals.contains {
                            $0.scope == .grantId(lease.grantId ?? "") && $0.order.issuedAt >= lease.order.issuedAt
                        }, "seed \(seed), round \(round): a revoked grant came back")
                }
            }
        }
    }
}
