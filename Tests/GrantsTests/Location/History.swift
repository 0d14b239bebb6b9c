import Grants
import Kit

/// A request of a generated history; the same value is judged however often the item comes back.
struct HistoryItem: CustomStringConvertible {
    enum Content {
        case grant(Lease)
        case removal(Removal)
    }

    let content: Content

    var order: Order {
        switch content {
        case .grant(let lease): lease.order
        case .removal(let removal): removal.order
        }
    }

    var description: String {
        let second = (order.issuedAt - noon).components.seconds
        switch content {
        case .grant(let lease):
            let user = lease.user ?? "-"
            let end = (lease.expiresAt - noon).components.seconds
            return "\(second) grant \(lease.key) user \(user) \(lease.ranges.map(\.description)) until \(end)"
        case .removal(let removal):
            return "\(second) remove \(removal.scope)"
        }
    }
}

/// Requests over few users, keys, addresses and seconds, so that they meet.
struct History {
    var items: [HistoryItem] = []

    init(using random: inout SeededRandom, atMost count: Int = 9) {
        for number in 0..<Int.random(in: 1...count, using: &random) {
            let issued = Int.random(in: 1...5, using: &random)
            let name = "\(number).json"
            if Int.random(in: 0..<10, using: &random) < 6 {
                items.append(HistoryItem(content: .grant(Self.grant(issued, name, using: &random))))
            } else {
                let removal = Removal(Self.scope(using: &random), order: GrantsTests.order(issued, name))
                items.append(HistoryItem(content: .removal(removal)))
            }
        }
    }

    var grants: [Lease] {
        items.compactMap { if case .grant(let lease) = $0.content { lease } else { nil } }
    }

    var removals: [Removal] {
        items.compactMap { if case .removal(let removal) = $0.content { removal } else { nil } }
    }

    private static func grant(_ issued: Int, _ name: String, using random: inout SeededRandom) -> Lease {
        let end = [12, 20, 30, 1_000, 1_000, 1_000].randomElement(using: &random) ?? 1_000
        let start = Int.random(in: 0..<8, using: &random) == 0 ? [0, 8, 11].randomElement(using: &random) : nil
        let id = Int.random(in: 0..<2, using: &random) == 0 ? ["a", "b", "c"].randomElement(using: &random) : nil
        return GrantsTests.grant(
            issued, someRanges(using: &random), user: someUser(using: &random), id: id, name: name, from: start,
            until: end)
    }

    private static func scope(using random: inout SeededRandom) -> Removal.Scope {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: .everything
        case 1...3: .grantId(["a", "b", "c"].randomElement(using: &random) ?? "a")
        case 4...5: .user(someUser(using: &random) ?? "eve", ranges: nil)
        case 6: .user(someUser(using: &random) ?? "eve", ranges: someRanges(using: &random))
        default: .addresses(someRanges(using: &random))
        }
    }

    private static func someUser(using random: inout SeededRandom) -> String? {
        ["alice", "Alice", "bob", nil].randomElement(using: &random) ?? nil
    }

    /// Within one /28, from single addresses to /30.
    private static func someRanges(using random: inout SeededRandom) -> [CIDR] {
        let some = (0..<Int.random(in: 1...2, using: &random)).map { _ in
            let length = [32, 32, 32, 31, 30].randomElement(using: &random) ?? 32
            return CIDR(
                family: .v4, address: 0xcb00_7100 + UInt128(Int.random(in: 0..<6, using: &random)),
                prefixLength: length)
        }
        return Set(some).sorted()
    }
}

/// What the requests alone say: of each key the newest grant, without what removals issued at or after it take.
///
/// Written without the ledger's own functions: ranges are intervals, keys are compared field by field.
func oracle(_ grants: [Lease], _ removals: [Removal], at now: Timestamp) -> Set<Int> {
    var open: Set<Int> = []
    for grant in grants {
        let hasNewer = grants.contains { isSameKey(grant, $0) && isOlder(grant, $0) }
        guard !hasNewer, grant.expiresAt > now, (grant.startsAt ?? now) <= now else { continue }
        for range in grant.ranges {
            let isTaken = removals.contains { removal in
                removal.order.issuedAt >= grant.order.issuedAt && takes(removal.scope, range, of: grant)
            }
            if !isTaken { open.formUnion(addresses(range)) }
        }
    }
    return open
}

private func isOlder(_ one: Lease, _ other: Lease) -> Bool {
    if one.order.issuedAt != other.order.issuedAt { return one.order.issuedAt < other.order.issuedAt }
    return one.order.name.producerName.lexicographicallyPrecedes(other.order.name.producerName)
}

private func isSameKey(_ one: Lease, _ other: Lease) -> Bool {
    if one.grantId != nil || other.grantId != nil { return one.grantId == other.grantId }
    return one.user?.lowercased() == other.user?.lowercased() && one.ranges == other.ranges
}

private func takes(_ scope: Removal.Scope, _ range: CIDR, of grant: Lease) -> Bool {
    switch scope {
    case .everything: true
    case .grantId(let id): grant.grantId == id
    case .user(let user, let revoked):
        grant.user?.lowercased() == user.lowercased() && (revoked.map { meets($0, range) } ?? true)
    case .addresses(let revoked): meets(revoked, range)
    }
}

private func meets(_ revoked: [CIDR], _ range: CIDR) -> Bool {
    revoked.contains { !addresses($0).isDisjoint(with: addresses(range)) }
}

func addresses(_ range: CIDR) -> Set<Int> {
    Set(Int(range.network & 0xff)...Int(range.last & 0xff))
}
