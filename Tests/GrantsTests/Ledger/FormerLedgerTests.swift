import Grants
import Kit
import Testing

struct LedgerDocumentTests {
    @Test("any ledger comes back as it was", arguments: 0..<20 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<10 {
            let ledger = someLedger(using: &random)
            let bytes = LedgerDocument.encode(ledger)
            #expect(try LedgerDocument.decode(bytes, memory: ledger.memory) == ledger)
            #expect(try LedgerDocument.encode(LedgerDocument.decode(bytes, memory: ledger.memory)) == bytes)
        }
    }

    @Test(
        "what is known of the list at Graph comes back",
        arguments: [.never, .unconfirmed, .confirmed] as [Grants.Confirmation])
    func confirmation(known: Grants.Confirmation) throws {
        var ledger = emptyLedger()
        ledger.confirm([sentinel], kept: [])
        ledger.confirmation = known
        #expect(try ledger.reread().confirmation == known)
    }

    @Test("a request may claim any time and its file any date; the ledger is readable all the same")
    func extremes() throws {
        for moment in [Timestamp(microseconds: .min), Timestamp(microseconds: .max)] {
            var ledger = emptyLedger()
            let item = ItemName(claiming: [0xff, 0x0a], arrived: moment, random: 0)
            let order = Order(issuedAt: moment, name: item)
            _ = ledger.apply(Removal(.everything, order: order), at: noon)
            ledger.remember(refused: Lease(ranges: ranges("1.1.1.1"), order: order, expiresAt: noon), at: noon)
            let early = Lease(
                user: "\u{10ffff} \"\\", ranges: ranges("1.1.1.1"), order: Order(issuedAt: at(1), name: item),
                startsAt: moment == Timestamp(microseconds: .min) ? moment : nil, expiresAt: at(9))
            if ledger.refusal(of: early, at: at(2)) == nil { #expect(ledger.take(early, at: at(2)) == .applied) }
            #expect(try ledger.reread().leases == ledger.leases)
            #expect(try ledger.reread().tombstones == ledger.tombstones)
        }
    }

    @Test(
        "what is not a ledger is refused with a reason",
        arguments: [
            ("", ""), ("{", "\""), ("\"version\":1", "\"version\":2"),
            ("203.0.113.1/32", "203.0.113.1/24"), ("2026-11-20T12:00:01Z", "2026-11-31T12:00:01Z"),
            ("20261120T120000.000000Z-3fa9~x.json", "x.json"),
            ("id k", "id l"), ("\"ranges\":[\"203.0.113.1/32\"]", "\"ranges\":[]"),
            ("\"scope\":\"user\"", "\"scope\":\"all\""), ("\"user\":\"bob\"", "\"user\":null"),
            ("#00000000000000ff", "#ff"), ("SPOOL004", "SPOOL999"), ("\"confirmed\":[", "\"confirmedd\":["),
            ("[\"192.0.2.0/32\"]", "[]"),
            ("\"confirmation\":\"confirmed\"", "\"confirmation\":\"certain\""),
        ]
    )
    func refused(part: String, wrong: String) throws {
        var ledger = emptyLedger()
        _ = ledger.apply(removal(1, .user("bob", ranges: nil)), at: at(2))
        _ = ledger.take(grant(1, ranges("203.0.113.1"), id: "k", name: "x.json"), at: at(2))
        ledger.confirm([sentinel], kept: [sentinel])
        ledger.settling[ClaimName(item: itemName("y.json"), number: 255)] = .failed(.spool004)
        let text = String(decoding: LedgerDocument.encode(ledger), as: UTF8.self)
        #expect(part.isEmpty || text.contains(part))
        let damaged = part.isEmpty ? "" : text.replacing(part, with: wrong)
        let error = #expect(throws: JSONError.self) {
            try LedgerDocument.decode(Array(damaged.utf8), memory: week)
        }
        #expect(error?.message.isEmpty == false)
    }

    @Test("what the first version wrote is read, and written the same")
    func former() throws {
        let bytes = Array(formerLedger.utf8)
        let ledger = try LedgerDocument.decode(bytes, memory: week)
        #expect(ledger.leases.count == 2 && ledger.endings.byKey.count == 2 && ledger.tombstones.all.count == 5)
        #expect(ledger.leases.values.contains { $0.user == #"Zoë "Q" \ / 😀"# && $0.ranges.count == 2 })
        #expect(ledger.confirmation == .confirmed && ledger.listed.count == 3 && ledger.departures.byRange.count == 1)
        #expect(ledger.adopted.count == 1 && ledger.forgotten != nil)
        #expect(Set(ledger.settling.values) == [.done, .failed(.spool004)])
        #expect(LedgerDocument.encode(ledger) == bytes)
    }

    @Test("members that a later version may add are stepped over, and what is not there may be null")
    func unknownMembers() throws {
        let text = formerLedger.replacing("{\"expiresAt\"", with: #"{"later":[{"a":null}],"grantId":null,"expiresAt""#)
        #expect(text != formerLedger)
        let ledger = try LedgerDocument.decode(Array(text.utf8), memory: week)
        #expect(LedgerDocument.encode(ledger) == Array(formerLedger.utf8))
    }

    @Test("a key that stands there twice is not a ledger of this program")
    func twice() throws {
        var ledger = emptyLedger()
        _ = ledger.take(grant(1, ranges("203.0.113.1"), id: "k", name: "a"), at: at(2))
        _ = ledger.take(grant(1, ranges("203.0.113.1"), id: "l", name: "b"), at: at(2))
        let text = String(decoding: LedgerDocument.encode(ledger), as: UTF8.self)
        let double = text.replacing("id l", with: "id k").replacing("\"grantId\":\"l\"", with: "\"grantId\":\"k\"")
        #expect(throws: JSONError.self) { try LedgerDocument.decode(Array(double.utf8), memory: week) }
    }

    @Test("damage of any kind: a ledger or a reason, never a crash", arguments: 0..<20 as Range<UInt64>)
    func damage(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<40 {
            var bytes = LedgerDocument.encode(someLedger(using: &random))
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0 ... .max, using: &random)
                case 1: bytes[index] = Array("0123456789{}[]\",:null".utf8).randomElement(using: &random) ?? 0
                case 2: bytes.removeSubrange(index..<min(bytes.count, index + 7))
                default: bytes.removeLast(bytes.count - index - 1)
                }
            }
            do throws(JSONError) {
                let ledger = try LedgerDocument.decode(bytes, memory: week)
                #expect(!LedgerDocument.encode(ledger).isEmpty)
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
    }

    /// Not more, since this is not optimised; `contrib/benchmark --only ledger` takes a hundred thousand.
    @Test("twenty thousand leases", .timeLimit(.minutes(1)))
    func many() throws {
        var ledger = emptyLedger()
        for number in 0..<20_000 {
            let range = CIDR(family: .v4, address: 0x0100_0000 + UInt128(number % 2_000), prefixLength: 32)
            _ = ledger.take(grant(number % 50, [range], user: "user\(number)", until: 1_000 + number), at: noon)
        }
        #expect(ledger.leases.count == 20_000 && ledger.list(at: at(60)).count == 2_000)
        #expect(try ledger.reread() == ledger)
    }

    private func someLedger(using random: inout SeededRandom) -> Ledger {
        var ledger = emptyLedger(memory: .seconds(Int.random(in: 1...1_000_000, using: &random)))
        let history = History(using: &random, atMost: 30)
        for grant in history.grants where ledger.take(grant, at: at(6)) == .refused {
            ledger.remember(refused: grant, at: at(6))
        }
        for removal in history.removals { _ = ledger.apply(removal, at: at(6)) }
        for grant in history.grants { _ = ledger.take(grant, at: at(6)) }
        let bytes = (0..<Int.random(in: 1...60, using: &random)).map { _ in
            UInt8.random(in: 1 ... .max, using: &random)
        }
        let strange = ItemName(claiming: bytes, arrived: noon, random: 9)
        let text = String(decoding: bytes, as: UTF8.self)
        _ = ledger.take(
            Lease(
                user: text, grantId: Bool.random(using: &random) ? text : nil, ranges: ranges("2001:db8::7"),
                order: Order(issuedAt: at(7), name: strange), startsAt: at(8), expiresAt: at(9) + .microseconds(1),
                requestId: text), at: at(7))
        _ = ledger.expire(at: at(Int.random(in: 5...25, using: &random)))
        if Bool.random(using: &random) { ledger.forget(before: at(2_000_000)) }
        ledger.confirm(ledger.list(at: at(4)), kept: [sentinel])
        if Bool.random(using: &random) { ledger.willSend() }
        _ = ledger.expire(at: at(Int.random(in: 25...40, using: &random)))
        let verdict: Verdict = Bool.random(using: &random) ? .done : .failed(.entra051)
        ledger.settling[ClaimName(item: strange, number: random.next())] = verdict
        return ledger
    }
}
