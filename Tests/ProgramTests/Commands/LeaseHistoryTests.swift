import Foundation
import Grants
import Kit
import Testing

@testable import knocknoc_entra

/// `leases` and `who` of then and of now, held against what Entra had at that moment.
@Suite(.timeLimit(.minutes(3)), .ownThread) struct LeaseHistoryTests {
    /// What a quiet moment looked like.
    private struct Snapshot {
        let time: Timestamp
        let output: String
        /// But for what may be in Entra or not, which the journal does not tell.
        let entries: Set<Entry>
    }

    /// KNOCKNOC_SEED adds one of one's own.
    private static var seeds: [UInt64] {
        [1, 2, 3] + (ProcessInfo.processInfo.environment["KNOCKNOC_SEED"].flatMap(UInt64.init).map { [$0] } ?? [])
    }

    @Test("at any moment both list exactly what Entra lets in, and later the journal tells the same", arguments: seeds)
    func generated(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let (ground, emulator) = try ready()
        var snapshots: [Snapshot] = []
        for _ in 1...8 {
            let isBroken = Int.random(in: 0..<3, using: &random) == 0
            if isBroken {
                try await emulator.fault(#"{"match":{"kind":"patch"},"times":9999,"do":"status","status":503}"#)
            }
            var names: [String] = []
            for _ in 1...Int.random(in: 2...6, using: &random) {
                names.append(try ground.drop(Self.order(using: &random)))
            }
            eventually("all have their verdict (seed \(seed))") { names.allSatisfy { ground.verdict($0) != nil } }
            if Int.random(in: 0..<4, using: &random) == 0 {
                ground.worker?.kill()
                try ground.start()
            }
            snapshots.append(try await snapshot(ground, emulator, isSettled: !isBroken, "seed \(seed)"))
            if isBroken {
                try await emulator.clearFaults()
                snapshots.append(try await snapshot(ground, emulator, isSettled: true, "mended, seed \(seed)"))
            }
        }
        for snapshot in snapshots {
            let then = try ground.run("leases", "--json", "--at", snapshot.time.description)
            let entries = Set(try [Entry](json: StrictJSON.parse(Array(then.output.utf8)).value))
            #expect(entries.subtracting(snapshot.entries) == [], "only later, at \(snapshot.time), seed \(seed)")
            #expect(snapshot.entries.subtracting(entries) == [], "only then, at \(snapshot.time), seed \(seed)")
        }
    }

    @Test("what was there before and is kept is listed, for a time or for good, and until Entra lets go of it")
    func adopted() async throws {
        let (ground, emulator) = try ready(start: false)
        try await emulator.put(EmulatorProgram.office, ranges: ["198.18.0.1/32", "198.18.0.2/32"])
        try await emulator.put(EmulatorProgram.lab, ranges: ["198.18.1.0/24"])
        #expect(try ground.run("init").status == 0)
        #expect(try ground.run("adopt", "office", "--for", "8h").status == 0)
        #expect(try ground.run("adopt", "lab", "--pin").status == 0)
        try ground.start()
        ground.expect(try ground.drop(grant("office", "203.0.113.1")), toEndIn: "done")
        ground.expect(try ground.drop(grant("lab", "203.0.113.1")), toEndIn: "done")
        let kept = try await snapshot(ground, emulator, isSettled: true, "adopted")
        #expect(kept.output.contains("adopted") && kept.output.contains("198.18.1.0/24"))
        #expect(try ground.run("who", "198.18.1.7").output.contains("for good (adopt --pin)"))
        #expect(try ground.run("who", "198.18.0.2").status == 0)
        ground.expect(try ground.drop(#"{"action":"flush","location":"office"}"#), toEndIn: "done")
        #expect(try ground.run("who", "198.18.0.2").status == 1)
        #expect(try ground.run("leases", "--json", "--at", kept.time.description).output == kept.output)
    }

    @Test("a revoke that Entra does not take lets people in, and both say whom and since when")
    func overdue() async throws {
        let (ground, emulator) = try ready()
        let grant = #"{"action":"grant","location":"office","addresses":["203.0.113.1","203.0.113.2"],"user":"a"}"#
        ground.expect(try ground.drop(grant), toEndIn: "done")
        try await emulator.fault(#"{"match":{"kind":"patch"},"times":9999,"do":"status","status":503}"#)
        let revoke = try ground.drop(#"{"action":"revoke","location":"office","addresses":["203.0.113.2"]}"#)
        ground.expect(revoke, toEndIn: "ENTRA051")
        let late = try await snapshot(ground, emulator, isSettled: false, "revoked")
        let who = try ground.run("who", "203.0.113.2")
        #expect(
            who.status == 0 && who.output.contains("STILL IN ENTRA") && who.output.contains("revoked"), "\(who.output)")
        #expect(try !ground.run("who", "203.0.113.1").output.contains("STILL IN ENTRA"))
        try await emulator.clearFaults()
        eventually("it has left") { (try? ground.run("who", "203.0.113.2").status) == 1 }
        let then = try ground.run("who", "203.0.113.2", "--at", late.time.description)
        #expect(then.output.contains("revoked") && then.output.contains("STILL IN ENTRA"), "\(then.output)")
    }

    @Test("what a crash has kept out of the journal is found in the ledger, or named as missing")
    func recovered() async throws {
        let (ground, _) = try ready()
        ground.expect(try ground.drop(grant("office", "203.0.113.1")), toEndIn: "done")
        let before = try ground.run("leases")
        #expect(ground.worker?.stop() == 0)
        let folder = ground.spool.appendingPathComponent("journal")
        let day = try #require(FileManager.default.contentsOfDirectory(atPath: folder.path).first)
        let file = folder.appendingPathComponent(day)
        let line = try #require(try String(contentsOf: file, encoding: .utf8).split(separator: "\n").first)
        let record = try #require(JournalRecord(line: line.utf8))
        let name = ClaimName(item: try #require(ItemName(escaped: record.item ?? "")), number: 1)
        let moment = Moment(wall: record.time, monotonic: Clock.system.monotonic())
        try Data(Report.journalLine(recovered: name, .done, at: moment)).write(to: file)
        let now = Clock.system.wall().description
        #expect(try ground.run("leases", "--at", now).output == before.output)
        for ledger in try FileManager.default.contentsOfDirectory(atPath: ground.spool.path + "/ledger") {
            try FileManager.default.removeItem(atPath: ground.spool.path + "/ledger/\(ledger)")
        }
        let lost = try ground.run("leases", "--at", now)
        #expect(lost.status == 1 && lost.output.contains("a crash has kept \(record.item ?? "-")"), "\(lost.output)")
    }

    @Test("a request that was refused, or never proved, ends nothing in the history either")
    func refused() throws {
        let order = #""time":"2026-11-20T12:00:00Z","event":"revoke","item":"20261120T120000.000000Z-0000~r.json","#
        func removal(_ more: String) throws -> Removal? {
            try #require(JournalRecord(line: "{\(order)\"user\":\"a\",\(more)}".utf8)).removal
        }
        #expect(try removal(#""verdict":"done""#) != nil)
        #expect(try removal(#""verdict":"ENTRA051""#) != nil)
        #expect(try removal(#""verdict":"ENTRA000","unproved":true"#) == nil)
        #expect(try removal(#""verdict":"SPOOL005""#) != nil)
        #expect(try removal(#""verdict":"SPOOL006""#) == nil)
    }

    private func ready(start: Bool = true) throws -> (Playground, EmulatorProgram) {
        let (ground, emulator) = try Playground.configured()
        var options = Playground.Options(emulator)
        options.giveUpAfter = "00:00:00.300"
        options.grace = "00:00:00.300"
        options.locations = #"office: { id: "\#(EmulatorProgram.office)" }, lab: { id: "\#(EmulatorProgram.lab)" }"#
        try ground.configure(options)
        ground.emulator = emulator
        if start { try ground.start() }
        return (ground, emulator)
    }

    /// Waits until what `leases` lists is what Entra lets in; a file's verdict comes before or after that.
    private func snapshot(
        _ ground: Playground, _ emulator: EmulatorProgram, isSettled: Bool, _ comment: String
    ) async throws -> Snapshot {
        var (listed, held) = (Set<CIDR>(), Set<CIDR>())
        var last: Snapshot?
        try await reached("leases are what Entra lets in (\(comment))", within: 20, every: .milliseconds(50)) {
            let before = try ground.run("leases", "--json").output
            let time = Clock.system.wall()
            let ranges = try await emulator.ranges(EmulatorProgram.office).union(emulator.ranges(EmulatorProgram.lab))
            // Nothing may change around that moment.
            guard try ground.run("leases", "--json").output == before else { return false }
            let entries = try [Entry](json: StrictJSON.parse(Array(before.utf8)).value)
                .filter { $0.isPerhapsInEntra != true }
            let present = entries.filter { $0.startsAt.map { $0 <= time } ?? true }.flatMap(\.ranges)
            listed = Set(IPRangeSet.merged(present))
            held = Set(IPRangeSet.merged(try ranges.subtracting(["192.0.2.0/32"]).map { try CIDR($0) }))
            last = Snapshot(time: time, output: before, entries: Set(entries))
            return listed == held && !(isSettled && entries.contains { $0.endedAt != nil })
        }
        #expect(listed == held, "\(comment): \(last?.output ?? "")")
        return try #require(last)
    }

    private struct Entry: JSONFields, Hashable {
        var location = ""
        var user: String?
        var grantId: String?
        var ranges: [CIDR] = []
        var item: String?
        var startsAt: Timestamp?
        var expiresAt: Timestamp?
        var endedAt: Timestamp?
        var cause: String?
        var isPerhapsInEntra: Bool?

        static var fields: [JSONField<Entry>] {
            [
                .init("location", \.location), .init("user", \.user), .init("grantId", \.grantId),
                .init("ranges", \.ranges), .init("item", \.item), .init("startsAt", \.startsAt),
                .init("expiresAt", \.expiresAt), .init("endedAt", \.endedAt), .init("cause", \.cause),
                .init("isPerhapsInEntra", \.isPerhapsInEntra),
            ]
        }
    }

    private func grant(_ location: String, _ address: String) -> String {
        #"{"action":"grant","location":"\#(location)","addresses":["\#(address)"],"durationSeconds":600}"#
    }

    /// Few users and addresses, so that they meet.
    private static func order(using random: inout SeededRandom) -> String {
        let location = Bool.random(using: &random) ? "office" : "lab"
        let user = ["a", "b", "c"].randomElement(using: &random) ?? "a"
        let pool = (1...5).map { "203.0.113.\($0)" } + ["203.0.113.0/29", "2001:db8::1"]
        let some = [pool.randomElement(using: &random), pool.randomElement(using: &random)].compactMap(\.self)
        let addresses = "[" + Set(some).sorted().map { "\"\($0)\"" }.joined(separator: ",") + "]"
        var fields = [#""location":"\#(location)""#]
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<7:
            fields += [#""action":"grant""#, #""addresses":\#(addresses)"#]
            fields.append(#""durationSeconds":\#(Int.random(in: 0..<4, using: &random) == 0 ? 1 : 600)"#)
            if Bool.random(using: &random) { fields.append(#""user":"\#(user)""#) }
            if Int.random(in: 0..<3, using: &random) == 0 {
                fields.append(#""grantId":"k\#(Int.random(in: 1...2, using: &random))""#)
            }
            if Int.random(in: 0..<6, using: &random) == 0 {
                fields.append(#""startsAt":"\#(Clock.system.wall() + .seconds(400))""#)
            }
        case 7: fields += [#""action":"revoke""#, #""user":"\#(user)""#]
        case 8: fields += [#""action":"revoke""#, #""user":"\#(user)""#, #""addresses":\#(addresses)"#]
        case 9: fields += [#""action":"revoke""#, #""addresses":\#(addresses)"#]
        case 10: fields += [#""action":"revoke""#, #""grantId":"k1""#]
        default: fields.append(#""action":"flush""#)
        }
        return "{" + fields.joined(separator: ",") + "}"
    }
}
