import Grants
import Kit
import Testing

/// Ledgers of version 0.1 are read once more.
struct FormerLedgerTests {
    private func read(_ text: String) throws(JSONError) -> Ledger {
        try FormerLedger.read(Array(text.utf8), memory: week)
    }

    @Test("all of it comes in; its list counts as one that may be another by now")
    func former() throws {
        let ledger = try read(formerLedger)
        #expect(ledger.leases.count == 2 && ledger.endings.byKey.count == 2 && ledger.tombstones.all.count == 5)
        #expect(ledger.leases.values.contains { $0.user == #"Zoë "Q" \ / 😀"# && $0.ranges.count == 2 })
        #expect(ledger.confirmation == .unconfirmed && ledger.listed.count == 3)
        #expect(ledger.departures.byRange.count == 1 && ledger.adopted.count == 1 && ledger.forgotten != nil)
        #expect(Set(ledger.settling.values) == [.done, .failed(.spool004)])
        let whole = ledger.whole
        #expect(whole.leases.count == 2 && whole.tombstones.count == 5 && whole.endings.count == 2)
        #expect(whole.lists.count == 5 && whole.departures.count == 1 && whole.verdicts.count == 2)
    }

    @Test("one without what was pinned and what is to leave raises no alarm")
    func oldest() throws {
        let text = formerLedger.replacing("\"kept\":[\"192.0.2.0/32\"],", with: "").replacing(
            "departures", with: "gone")
        let ledger = try read(text)
        #expect(ledger.kept == ledger.listed && ledger.departures.byRange.isEmpty)
        #expect(ledger.leaving(for: ranges("9.9.9.9")).unexplained.isEmpty)
    }

    @Test("members that a later version may add are stepped over, and what is not there may be null")
    func unknownMembers() throws {
        let text = formerLedger.replacing("{\"expiresAt\"", with: #"{"later":[{"a":null}],"grantId":null,"expiresAt""#)
        #expect(text != formerLedger)
        #expect(try read(text) == read(formerLedger))
    }

    @Test(
        "what is not a ledger is refused with a reason",
        arguments: [
            ("", ""), ("{\"", "\""), ("\"version\":1", "\"version\":2"), ("8.8.4.0/24", "8.8.4.1/24"),
            ("2026-11-28T19:29:29.770204Z", "2026-11-31T12:00:01Z"), ("\"scope\":\"user\"", "\"scope\":\"all\""),
            ("20261128T112929.770204Z-a7f6~a.json\"", "x.json\""), ("\"user\":\"dave@example.com\"", "\"user\":null"),
            ("#00000000000000ff", "#ff"), ("SPOOL004", "SPOOL999"),
            ("\"confirmation\":\"confirmed\"", "\"confirmation\":\"certain\""),
        ]
    )
    func refused(part: String, wrong: String) {
        #expect(formerLedger.contains(part) || part.isEmpty)
        let damaged = part.isEmpty ? "" : formerLedger.replacing(part, with: wrong)
        let error = #expect(throws: JSONError.self) { try read(damaged) }
        #expect(error?.message.isEmpty == false)
    }

    @Test("damage of any kind: a ledger or a reason, never a crash", arguments: 0..<20 as Range<UInt64>)
    func damage(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<40 {
            var bytes = Array(formerLedger.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0 ... .max, using: &random)
                case 1: bytes[index] = Array("0123456789{}[]\",:null".utf8).randomElement(using: &random) ?? 0
                case 2: bytes.removeSubrange(index..<min(bytes.count, index + 7))
                default: bytes.removeLast(bytes.count - index - 1)
                }
            }
            do throws(JSONError) { _ = try FormerLedger.read(bytes, memory: week) } catch {
                #expect(!error.message.isEmpty)
            }
        }
    }
}
