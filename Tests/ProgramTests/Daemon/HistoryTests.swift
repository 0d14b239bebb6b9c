import Foundation
import Kit
import Testing

/// Random histories against the real worker: whatever goes wrong meanwhile, the requests alone decide the end.
@Suite(.timeLimit(.minutes(5)), .ownThread) struct HistoryTests {
    private static let locations = [
        "office": EmulatorProgram.office, "lab": EmulatorProgram.lab,
        "branch": "aaaaaaaa-0000-4000-8000-000000000003",
    ]

    /// KNOCKNOC_SEED adds one of one's own.
    private static var seeds: [UInt64] {
        [1, 2] + (ProcessInfo.processInfo.environment["KNOCKNOC_SEED"].flatMap(UInt64.init).map { [$0] } ?? [])
    }

    @Test(
        "kills, restarts and faults anywhere: each list is what its requests say, and nothing revoked comes back",
        arguments: seeds)
    func history(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let (ground, emulator) = try Playground.configured()
        var options = Playground.Options(emulator)
        options.giveUpAfter = "01:00:00"
        options.grace = "01:00:00"
        options.requestsPerSecond = 200
        options.entra = #"requestTimeout: "00:00:00.400", connectTimeout: "00:00:05","#
        options.locations = Self.locations.map { #"\#($0): { id: "\#($1)" }"# }.joined(separator: ", ")
        try ground.configure(options)
        try ground.start()
        var orders: [Order] = []
        var checked: (entry: Int, open: [String: Set<Int>], count: Int) = (0, [:], 0)
        for round in 1...3 {
            for _ in 0..<50 {
                try await disturb(ground, emulator, using: &random)
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let order = Order(
                        number: orders.count,
                        location: Self.locations.keys.sorted().randomElement(using: &random) ?? "",
                        using: &random)
                    orders.append(order)
                    try ground.drop(order.text, as: order.name)
                }
            }
            try await emulator.clearFaults()
            // The last but one write of the round lands after the last.
            try await emulator.fault(#"{"match":{"kind":"patch"},"do":"landLater","ms":1500}"#)
            for _ in 0..<3 {
                let order = Order(
                    number: orders.count, location: Self.locations.keys.sorted().randomElement(using: &random) ?? "",
                    using: &random)
                orders.append(order)
                try ground.drop(order.text, as: order.name)
                try await Task.sleep(for: .milliseconds(50))
            }
            try await settle(ground, orders, seed: seed)
            try await letLateWritesLand(emulator)
            if Bool.random(using: &random) { ground.worker?.kill() } else { #expect(ground.worker?.stop() == 0) }
            try ground.start()
            var wanted: [String: Set<Int>] = [:]
            var differences: [String] = []
            try await reached("round \(round): the lists are what the requests say (seed \(seed))", within: 30) {
                differences = []
                for (name, id) in Self.locations {
                    let found = try await addresses(emulator.ranges(id))
                    let open = open(orders.filter { $0.location == name }, at: Date())
                    wanted[name] = open
                    if found != open { differences.append("\(name) holds \(found), not \(open)") }
                }
                return differences.isEmpty
            }
            #expect(differences == [], "seed \(seed)")
            let log = try await emulator.log()
            try expectNothingBack(log.filter { $0.n > checked.entry }, orders, after: checked, seed: seed)
            checked = (log.last?.n ?? 0, wanted, orders.count)
        }
    }

    /// After a quiet moment a list may hold what was open then, and what was granted since.
    private func expectNothingBack(
        _ log: [EmulatorProgram.Entry], _ orders: [Order],
        after checked: (entry: Int, open: [String: Set<Int>], count: Int),
        seed: UInt64
    ) throws {
        guard checked.count > 0 else { return }
        for (name, id) in Self.locations {
            var allowed = checked.open[name] ?? []
            for order in orders[checked.count...] where order.location == name && order.isGrant {
                allowed.formUnion(order.addresses)
            }
            for entry in log where entry.id == id {
                let back = try addresses(Set(entry.ranges ?? [])).subtracting(allowed)
                #expect(back.isEmpty, "\(back) came back in \(name), request \(entry.n), seed \(seed)")
            }
        }
    }

    /// Only the write of the next start is sure to come after them; some never take effect, for want of a token.
    private func letLateWritesLand(_ emulator: EmulatorProgram) async throws {
        let end = Date(timeIntervalSinceNow: 2)
        try await reached("late writes have landed") {
            let isUnderWay = try await emulator.log("?kind=patch").contains {
                $0.fault == "landLater" && $0.applied != true
            }
            return !isUnderWay || Date() > end
        }
    }

    private func disturb(_ ground: Playground, _ emulator: EmulatorProgram, using random: inout SeededRandom)
        async throws
    {
        switch Int.random(in: 0..<24, using: &random) {
        case 0, 1:
            ground.worker?.kill()
            try ground.start()
        case 2:
            #expect(ground.worker?.stop() == 0)
            try ground.start()
        case 3: try await emulator.clearFaults()
        case 4: try await emulator.revokeTokens()
        case 5: try await emulator.set(#"{"quotaUsedUpMs":150}"#)
        case 6: try await emulator.set(#"{"latencyMs":\#(Int.random(in: 0...30, using: &random))}"#)
        case 7...14: try await emulator.fault(Self.fault(using: &random))
        default: try await Task.sleep(for: .milliseconds(Int.random(in: 0...30, using: &random)))
        }
    }

    private static func fault(using random: inout SeededRandom) -> String {
        let action =
            [
                #""do":"reset""#, #""do":"close""#, #""do":"stall","ms":600"#, #""do":"garbage""#, #""do":"html""#,
                #""do":"redirect""#, #""do":"throttle""#, #""do":"throttle","retryAfter":"decimal","seconds":0.2"#,
                #""do":"claimsChallenge""#, #""do":"delay","ms":200"#, #""do":"cut""#, #""do":"headersCut""#,
                #""do":"applyThenReset""#, #""do":"applyThenClose""#, #""do":"applyThenStall","ms":600"#,
                #""do":"landLater","ms":300"#, #""do":"landLater","ms":900"#, #""do":"status","status":500"#,
                #""do":"status","status":503"#, #""do":"status","status":409"#, #""do":"status","status":403"#,
                #""do":"status","status":404"#, #""do":"status","status":401"#,
            ].randomElement(using: &random) ?? ""
        // What ends otherwise than Graph does is no fault of a token request.
        let isForWrites = action.contains("apply") || action.contains("land") || action.contains("Challenge")
        let kind = isForWrites ? "patch" : ["patch", "patch", "get", "token"].randomElement(using: &random) ?? "patch"
        return #"{"match":{"kind":"\#(kind)"},"times":\#(Int.random(in: 1...3, using: &random)),\#(action)}"#
    }

    /// Every item has a verdict that its requests can explain.
    private func settle(_ ground: Playground, _ orders: [Order], seed: UInt64) async throws {
        let names = Set(orders.map(\.name))
        try await reached("every item has its verdict (seed \(seed))", every: .milliseconds(50)) {
            let places = ground.places().filter { !$0.hasSuffix(".why") }
            let settled = places.filter { $0.hasPrefix("done/") || $0.hasPrefix("failed/") }
            return Set(settled.compactMap { $0.split(separator: "/").last.map(String.init) }) == names
        }
        let places = ground.places().filter { !$0.hasSuffix(".why") }
        #expect(places.count == names.count, "each in one place (seed \(seed))")
        for place in places where place.hasPrefix("failed/") {
            let parts = place.split(separator: "/").map(String.init)
            #expect(
                ["SPOOL004", "SPOOL005"].contains(parts[1]), "\(place), seed \(seed): \(ground.why(parts.last ?? ""))")
        }
    }
}

/// Addresses as numbers: 203.0.113.n is n, 2001:db8::n is 1000 + n; the sentinel is nothing.
private func addresses(_ ranges: Set<String>) throws -> Set<Int> {
    var found: Set<Int> = []
    for range in ranges where range != "192.0.2.0/32" {
        if range.hasPrefix("2001:db8::") {
            let digits = range.dropFirst(10).prefix { $0 != "/" }
            found.insert(1_000 + (try #require(Int(digits, radix: 16))))
        } else {
            let parts = range.split { $0 == "." || $0 == "/" }.compactMap { Int($0) }
            try #require(parts.count == 5 && parts[0] == 203)
            found.formUnion(parts[3]..<parts[3] + 1 << (32 - parts[4]))
        }
    }
    return found
}

/// What the requests of one location leave open: of each key the newest grant, without what was revoked at or after it.
private func open(_ orders: [Order], at now: Date) -> Set<Int> {
    var open: Set<Int> = []
    for grant in orders where grant.isGrant && grant.until > now {
        let isSuperseded = orders.contains { other in
            other.isGrant && other.key == grant.key
                && (other.issued, other.name) > (grant.issued, grant.name)
        }
        if isSuperseded { continue }
        for range in grant.ranges where !orders.contains(where: { $0.takes(range, of: grant) }) {
            open.formUnion(range)
        }
    }
    return open
}

/// A request of a history, in the test's own words.
private struct Order: Sendable {
    enum Kind: Sendable {
        case grant
        case revokeId
        case revokeUser
        case revokeUsersAddresses
        case revokeAddresses
        case flush
    }

    let name: String
    let location: String
    let kind: Kind
    let user: String?
    let id: String?
    let texts: [String]
    let ranges: [Range<Int>]
    let issued: Date
    let until: Date

    var isGrant: Bool { kind == .grant }
    var addresses: Set<Int> { Set(ranges.flatMap(\.self)) }

    /// Without an id of the caller's own, the same user and addresses are the same grant.
    var key: String {
        id.map { "id \($0)" } ?? "\(user?.lowercased() ?? "-") \(Set(ranges).map { "\($0)" }.sorted())"
    }

    init(number: Int, location: String, using random: inout SeededRandom) {
        self.location = location
        // The name decides between two of the same instant, so it must not follow the order of arrival.
        name = "\(Int.random(in: 100...999, using: &random))-\(number).json"
        let kinds: [Kind] = [
            .grant, .grant, .grant, .grant, .grant, .revokeId, .revokeUser, .revokeUsersAddresses, .revokeAddresses,
        ]
        kind = Int.random(in: 0..<40, using: &random) == 0 ? .flush : kinds.randomElement(using: &random) ?? .grant
        let someone = ["alice", "Alice", "bob", "carol"].randomElement(using: &random) ?? "alice"
        let someId = ["k1", "k2", "k3"].randomElement(using: &random) ?? "k1"
        switch kind {
        case .grant:
            id = Int.random(in: 0..<3, using: &random) == 0 ? someId : nil
            user = Bool.random(using: &random) ? someone : nil
        case .revokeId: (id, user) = (someId, nil)
        case .revokeUser, .revokeUsersAddresses: (id, user) = (nil, someone)
        case .revokeAddresses, .flush: (id, user) = (nil, nil)
        }
        var some: [(String, Range<Int>)] = []
        if [.grant, .revokeUsersAddresses, .revokeAddresses].contains(kind) {
            for _ in 0..<Int.random(in: 1...2, using: &random) { some.append(Self.range(using: &random)) }
        }
        texts = some.map(\.0)
        ranges = some.map(\.1)
        // Whole seconds out of twenty, so that many meet at the same instant; all of them are past.
        issued = Date(timeIntervalSince1970: Self.start + Double(Int.random(in: 0..<20, using: &random)))
        let ends = Int.random(in: 0..<8, using: &random) == 0 ? Int.random(in: 1...6, using: &random) : 3_600
        until = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down) + Double(ends))
    }

    /// The same for all orders of a run.
    private static let start = (Date().timeIntervalSince1970 - 600).rounded(.down)

    private static func range(using random: inout SeededRandom) -> (String, Range<Int>) {
        let number = Int.random(in: 0..<12, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return ("203.0.113.\(number / 2 * 2)/31", number / 2 * 2..<number / 2 * 2 + 2)
        case 1: return ("203.0.113.\(number / 4 * 4)/30", number / 4 * 4..<number / 4 * 4 + 4)
        case 2: return ("2001:DB8:0::\(String(number + 1, radix: 16))", 1_001 + number..<1_002 + number)
        default: return ("203.0.113.\(number)", number..<number + 1)
        }
    }

    var text: String {
        var fields = [#""location":"\#(location)","issuedAt":"\#(timestamp(issued))""#]
        switch kind {
        case .grant: fields.append(#""action":"grant","expiresAt":"\#(timestamp(until))""#)
        case .flush: fields.append(#""action":"flush""#)
        default: fields.append(#""action":"revoke""#)
        }
        if let user { fields.append(#""user":"\#(user)""#) }
        if let id { fields.append(#""grantId":"\#(id)""#) }
        if !texts.isEmpty { fields.append(#""addresses":[\#(texts.map { "\"\($0)\"" }.joined(separator: ","))]"#) }
        return "{" + fields.joined(separator: ",") + "}"
    }

    /// Whether this removal takes a range from a grant.
    func takes(_ range: Range<Int>, of grant: Order) -> Bool {
        guard !isGrant, issued >= grant.issued else { return false }
        let isItsUser = user?.lowercased() == grant.user?.lowercased()
        let meets = ranges.contains { $0.overlaps(range) }
        return switch kind {
        case .grant: false
        case .flush: true
        case .revokeId: id == grant.id
        case .revokeUser: isItsUser
        case .revokeUsersAddresses: isItsUser && meets
        case .revokeAddresses: meets
        }
    }
}
