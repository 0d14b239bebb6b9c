import Foundation
import Glibc
import Kit
import Linux
import Testing

@testable import Grants
@testable import Spool

struct LedgerStoreTests {
    private static let memory = Duration.seconds(86_400)
    private static let noon = Timestamp(seconds: 1_795_215_600)
    private var noon: Timestamp { Self.noon }

    private func empty(_ location: String, number: Int = 1) -> Ledger {
        Ledger(location: location, id: "1e5b3a2c-0000-4000-8000-00000000000\(number)", memory: Self.memory)
    }

    private func lease(_ user: String, _ range: String, at seconds: Int = 0) throws -> Lease {
        let item = ItemName(claiming: Array("\(user) é\n.json".utf8), arrived: noon, random: 7)
        return Lease(
            user: user, ranges: [try CIDR(range)], order: Order(issuedAt: noon + .seconds(seconds), name: item),
            expiresAt: noon + .seconds(seconds + 60), requestId: "r")
    }

    /// What the disk holds of the location, opened anew.
    private func reread(_ ledger: Ledger, in spool: TemporarySpool) throws -> Ledger? {
        try LedgerStore(spool: spool.path).read(named: ledger.location, memory: Self.memory)
    }

    @Test("whatever happens to a ledger, the changes written come to the same", arguments: 0..<12 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        let spool = try TemporarySpool()
        var random = SeededRandom(seed: seed)
        var ledger = empty("office")
        var neighbour = empty("lab", number: 2)
        _ = neighbour.take(try lease("zoe", "198.51.100.1/32"), at: noon)
        try spool.spool.ledgers.write([neighbour.change(mayHaveSent: false)], at: noon)
        neighbour.wasRecorded()
        for step in 0..<120 {
            change(&ledger, at: step * 30, using: &random)
            guard Int.random(in: 0..<3, using: &random) == 0 else { continue }
            if ledger.confirmation == .confirmed { ledger.confirmation = .unconfirmed }
            try spool.spool.ledgers.write(
                [ledger.change(mayHaveSent: ledger.confirmation != .never)], at: noon + .seconds(step))
            ledger.wasRecorded()
            #expect(try reread(ledger, in: spool) == ledger, "seed \(seed), step \(step)")
        }
        #expect(try reread(neighbour, in: spool) == neighbour)
        #expect(try spool.spool.ledgers.lastRecorded() != nil)
        // All at once comes to the same as bit by bit.
        if ledger.confirmation == .confirmed { ledger.confirmation = .unconfirmed }
        ledger.wasRecorded()
        let other = try TemporarySpool()
        try other.spool.ledgers.write([ledger.whole], at: noon)
        #expect(try reread(ledger, in: other) == ledger)
    }

    private func change(_ ledger: inout Ledger, at seconds: Int, using random: inout SeededRandom) {
        let now = noon + .seconds(seconds)
        let number = Int.random(in: 0..<8, using: &random)
        let range = CIDR(family: .v4, address: 0x0808_0800 + UInt128(number), prefixLength: 32)
        let bytes = [UInt8(1 + number), 0xff] + Array("x.json".utf8)
        let item = ItemName(claiming: bytes, arrived: now, random: UInt16(number))
        let order = Order(issuedAt: now - .seconds(Int64(number) * 20), name: item)
        let person = "person \(number % 3) \u{1F600}'"
        switch Int.random(in: 0..<11, using: &random) {
        case 0...3:
            let grant = Lease(
                user: number < 4 ? person : nil, grantId: number % 2 == 0 ? "id \(number)" : nil, ranges: [range],
                order: order, startsAt: number == 3 ? now + .seconds(50) : nil,
                expiresAt: now + .seconds(Int64(number) * 40 + 1), requestId: number == 5 ? "\"r\"" : nil)
            if ledger.take(grant, at: now) == .refused { ledger.remember(refused: grant, at: now) }
        case 4: _ = ledger.apply(Removal(.user(person, ranges: number == 1 ? [range] : nil), order: order), at: now)
        case 5: _ = ledger.apply(Removal(.addresses([range]), order: order), at: now)
        case 6: _ = ledger.apply(Removal(number == 0 ? .everything : .grantId("id \(number)"), order: order), at: now)
        case 7: _ = ledger.expire(at: now)
        case 8:
            ledger.willSend()
            ledger.mayBeHeld([range])
            if number > 3 { ledger.confirm(ledger.desired(at: now, pinned: [], sentinel: range), kept: [range]) }
        case 9: ledger.adopted = number == 0 ? [] : [range]
        default:
            ledger.forget(before: now)
            let claim = ClaimName(item: item, number: UInt64(number))
            ledger.settle(claim, as: number % 2 == 0 ? .done : .failed(.spool004))
            if number > 5 { ledger.forgetVerdicts(of: Array(ledger.settling.keys)) }
        }
    }

    @Test("a request may claim any time; the ledger is readable all the same")
    func extremes() throws {
        for (number, moment) in [Timestamp(microseconds: .min), Timestamp(microseconds: .max)].enumerated() {
            let spool = try TemporarySpool()
            var ledger = empty("office", number: number)
            let order = Order(issuedAt: moment, name: ItemName(claiming: [0xff, 0x0a], arrived: moment, random: 0))
            _ = ledger.apply(Removal(.everything, order: order), at: noon)
            ledger.remember(refused: Lease(ranges: [try CIDR("1.1.1.1")], order: order, expiresAt: noon), at: noon)
            try spool.spool.ledgers.write([ledger.change(mayHaveSent: false)], at: noon)
            ledger.wasRecorded()
            #expect(try reread(ledger, in: spool) == ledger)
        }
    }

    @Test("a write that fails has not happened, for any location")
    func full() async {
        await #expect(processExitsWith: .success) {
            let spool = try TemporarySpool()
            let store = spool.spool.ledgers
            var (one, two) = (
                Ledger(location: "a", id: String(repeating: "a", count: 36), memory: .zero),
                Ledger(location: "b", id: String(repeating: "b", count: 36), memory: .zero)
            )
            try store.write([one, two].map { $0.change(mayHaveSent: true) }, at: LedgerStoreTests.noon)
            one.confirm([try CIDR("192.0.2.0/32")], kept: [])
            two.confirm([try CIDR("192.0.2.0/32")], kept: [])
            limitFileSize(10)
            #expect(throws: SystemError.self) {
                try store.write([one, two].map { $0.change(mayHaveSent: true) }, at: LedgerStoreTests.noon)
            }
            for name in ["a", "b"] { #expect(try store.read(named: name)?.listed == []) }
            limitFileSize(1 << 30)
            try store.write([one, two].map { $0.change(mayHaveSent: true) }, at: LedgerStoreTests.noon)
            for name in ["a", "b"] { #expect(try store.read(named: name)?.listed.count == 1) }
        }
    }

    /// Overwrites each page in turn, and cuts the file at each.
    @Test("a damaged database is read as it was or not at all", arguments: ["zeros", "noise", "cut"])
    func damaged(kind: String) throws {
        let spool = try TemporarySpool()
        var random = SeededRandom(seed: 7)
        var ledger = empty("office")
        for step in 0..<400 { change(&ledger, at: step, using: &random) }
        try spool.spool.ledgers.write([ledger.whole], at: noon)
        ledger.wasRecorded()
        ledger.confirmation = .unconfirmed
        try spool.spool.ledgers.emptyLog()
        let whole = try Data(contentsOf: URL(filePath: spool.path + "/ledger/ledger.sqlite"))
        let copy = try TemporarySpool()
        let file = URL(filePath: copy.path + "/ledger/ledger.sqlite")
        var noticed = 0
        for page in 0..<(whole.count / 4_096) {
            var damaged = whole
            let bytes = page * 4_096..<(page + 1) * 4_096
            switch kind {
            case "zeros": damaged.replaceSubrange(bytes, with: [UInt8](repeating: 0, count: 4_096))
            case "noise":
                damaged.replaceSubrange(bytes, with: bytes.map { _ in UInt8.random(in: 0...255, using: &random) })
            default: damaged = damaged.prefix(bytes.lowerBound)
            }
            try damaged.write(to: file)
            do throws(SystemError) {
                let read = try LedgerStore(spool: copy.path).read(named: "office", memory: Self.memory)
                #expect(read == ledger, "page \(page)")
            } catch {
                #expect(error.isDamage, "page \(page): \(error)")
                noticed += 1
            }
        }
        #expect(noticed > 3)
    }

    @Test("what is not such a database is never taken for an empty one", arguments: ["", "{}", "SQLite format 3\0"])
    func foreign(text: String) throws {
        let spool = try TemporarySpool()
        try spool.put("ledger.sqlite", text, in: "ledger")
        let error = #expect(throws: SystemError.self) { try spool.spool.ledgers.locations() }
        #expect(error?.isDamage == true)
        #expect(throws: SystemError.self) { try spool.spool.ledgers.write([], at: noon) }
        #expect(spool.text("ledger.sqlite", in: "ledger") == text)
    }

    @Test("the tables of a newer version are refused")
    func newer() throws {
        let spool = try TemporarySpool()
        try spool.spool.ledgers.write([], at: noon)
        try spool.spool.ledgers.execute("PRAGMA user_version = 2")
        let error = #expect(throws: SystemError.self) { try LedgerStore(spool: spool.path).locations() }
        #expect(error?.description.contains("a newer version") == true)
    }

    @Test("the mark of a clean stop is taken once")
    func cleanStop() throws {
        let spool = try TemporarySpool()
        let store = spool.spool.ledgers
        var (office, lab) = (empty("office"), empty("lab", number: 2))
        office.confirm([try CIDR("8.8.8.8/32")], kept: [])
        lab.willSend()
        try store.write([lab.change(mayHaveSent: true)], at: noon)
        try store.markCleanStop([office.change(mayHaveSent: true)], at: noon)
        #expect(try store.locations().map(\.confirmation) == [.unconfirmed, .confirmed])
        try store.forgetCleanStop(at: noon)
        try store.forgetCleanStop(at: noon)
        #expect(try store.locations().map(\.confirmation) == [.unconfirmed, .unconfirmed])
    }

    @Test("proofs come back until they are over, and what was forgotten does not")
    func proofs() throws {
        let spool = try TemporarySpool()
        func hash(_ byte: UInt8) -> [UInt8] { [UInt8](repeating: byte, count: 32) }
        var accepted = try spool.spool.ledgers.proofs(at: noon)
        for byte in 1...3 as ClosedRange<UInt8> {
            accepted.remember(hash(byte), until: noon + .seconds(Int64(byte)), at: noon)
        }
        try spool.spool.ledgers.remember(accepted.unrecorded, at: noon)
        let read = try LedgerStore(spool: spool.path).proofs(at: noon + .seconds(1))
        #expect((1...4).map { read.contains(hash($0), at: noon) } == [false, true, true, false])
        #expect(try LedgerStore(spool: spool.path).proofs(at: noon + .seconds(3)).count == 0)
    }

    @Test("a location that is dropped is gone with all it had; its neighbour stays")
    func drop() throws {
        let spool = try TemporarySpool()
        let store = spool.spool.ledgers
        var (office, lab) = (empty("office"), empty("lab", number: 2))
        _ = office.take(try lease("ann", "8.8.8.8/32"), at: noon)
        _ = lab.take(try lease("bob", "8.8.4.4/32"), at: noon)
        try store.write([office.change(mayHaveSent: true), lab.change(mayHaveSent: true)], at: noon)
        try store.drop(office.id, "office")
        #expect(try store.locations().map(\.name) == ["lab"])
        #expect(try store.read(named: "lab")?.leases.count == 1)
        #expect(try store.read(named: "office") == nil)
    }

    @Test("a copy of one moment is whole, for its maker alone, and never over a file")
    func backup() throws {
        let spool = try TemporarySpool()
        var office = empty("office")
        _ = office.take(try lease("ann", "8.8.8.8/32"), at: noon)
        try spool.spool.ledgers.write([office.change(mayHaveSent: true)], at: noon)
        try LedgerStore(spool: spool.path).backUp(to: spool.path + "/hold/copy")
        #expect(try spool.folder("hold").status(of: Array("copy".utf8)).mode == 0o600)
        let other = try TemporarySpool()
        unsafe rename(spool.path + "/hold/copy", other.path + "/ledger/ledger.sqlite")
        #expect(try other.spool.ledgers.read(named: "office")?.leases.count == 1)
        #expect(try other.spool.ledgers.damages().isEmpty)
        let error = #expect(throws: SystemError.self) {
            try LedgerStore(spool: spool.path).backUp(to: other.path + "/ledger/ledger.sqlite")
        }
        #expect(error?.code == EEXIST)
    }

    @Test("ledgers of version 0.1 come in once, in one go; one that cannot be read stays where it is")
    func former() throws {
        let spool = try TemporarySpool()
        func json(_ name: String, _ number: Int, _ more: String = "") -> String {
            """
            {"version":1,"location":"\(name)","id":"\(empty(name, number: number).id)","confirmation":"confirmed",
             "confirmed":["192.0.2.0/32"],"leases":[{"key":"addresses 8.8.8.\(number)/32","ranges":["8.8.8.\(number)/32"],
             "item":"20261120T230542.123456Z-3fa9~a.json","issuedAt":"2026-11-20T23:05:42Z",
             "expiresAt":"2026-11-21T23:05:42Z"}],"tombstones":[],"endings":[],"settling":{}\(more)}
            """
        }
        try spool.put("office.json", json("office", 1), in: "ledger")
        try spool.put("lab.json", json("lab", 2), in: "ledger")
        try spool.put("torn.json", String(json("torn", 3).dropLast(9)), in: "ledger")
        try spool.put("moved.json", json("elsewhere", 4), in: "ledger")
        for name in ["accepted-requests", "clean-stop"] { try spool.put(name, "x", in: "ledger") }
        let store = spool.spool.ledgers
        let troubles = try store.importFormer(at: noon)
        #expect(troubles.map(\.location) == ["moved", "torn"])
        #expect(troubles.first?.reason.contains("it says that it belongs to elsewhere") == true)
        #expect(try store.locations().map(\.name) == ["lab", "office"])
        #expect(try store.locations().map(\.confirmation) == [.unconfirmed, .unconfirmed])
        #expect(try store.read(named: "lab")?.leases.values.first?.ranges == [CIDR("8.8.8.2")])
        #expect(
            spool.names("ledger/version-0.1") == ["accepted-requests", "clean-stop", "lab.json", "office.json"])
        // A crash before they were set aside: what has changed since is not undone.
        try spool.put("office.json", json("office", 1).replacing("8.8.8.1", with: "9.9.9.9"), in: "ledger")
        #expect(try store.importFormer(at: noon).count == 2)
        #expect(try store.read(named: "office")?.leases.values.first?.ranges == [CIDR("8.8.8.1")])
    }
}
