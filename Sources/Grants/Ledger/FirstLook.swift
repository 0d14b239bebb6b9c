/// What a location holds before this worker has ever written to it.
package struct FirstLook: Hashable, Sendable {
    /// As Graph returned them.
    package let found: [String]
    /// What is neither the sentinel, nor pinned, nor a placeholder from the documentation ranges.
    package let strangers: [String]

    package init(_ found: [String], pinned: [CIDR], sentinel: CIDR) {
        self.found = found
        let known = IPRangeSet.union(of: pinned + [sentinel] + Self.placeholders)
        strangers = found.filter { text in
            guard let range = CIDR(graph: text) else { return true }
            return !known.contains { $0.contains(range) }
        }
    }

    /// What can be kept; nil where a range has a form that a list of ours cannot hold (`lower-upper`).
    package var keepable: [CIDR]? {
        var ranges: [CIDR] = []
        for text in strangers {
            guard let range = CIDR(graph: text) else { return nil }
            ranges.append(range)
        }
        return ranges
    }

    package static func isPlaceholder(_ range: CIDR) -> Bool { placeholders.contains { $0.contains(range) } }

    /// RFC 5737 and RFC 3849: what guides tell people to put in when they create the location.
    private static let placeholders = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"]
        .compactMap { try? CIDR($0) }
}

extension Ledger {
    /// Takes in what was found, before the first write.
    package mutating func adopt(_ ranges: [CIDR], as adoption: Adoption, at now: Timestamp) {
        switch adoption {
        case .replace: break
        case .pin: adopted = IPRangeSet.union(of: ranges)
        case .keep(let duration):
            guard !ranges.isEmpty else { return }
            let item = ItemName(claiming: Array("adopted.json".utf8), arrived: now, random: 0)
            let lease = Lease(
                user: nil, grantId: "adopted", ranges: ranges, order: Order(issuedAt: now, name: item),
                expiresAt: now + duration)
            _ = take(lease, at: now)
        }
    }
}
