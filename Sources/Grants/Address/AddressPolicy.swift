/// What a named location takes; every refusal names the setting that would change it.
package struct AddressPolicy: Hashable, Sendable {
    /// No setting goes below: a wider range says "half the Internet", and Graph refuses it.
    package static let widestPrefix = 8

    package var minPrefixIPv4: Int
    package var minPrefixIPv6: Int
    /// A bare IPv6 address is granted as a range of this length, since clients rotate inside a /64.
    package var ipv6GrantPrefix: Int
    package var allowPrivate: Bool

    package init(
        minPrefixIPv4: Int = 24,
        minPrefixIPv6: Int = 48,
        ipv6GrantPrefix: Int = 128,
        allowPrivate: Bool = false
    ) {
        self.minPrefixIPv4 = minPrefixIPv4
        self.minPrefixIPv6 = minPrefixIPv6
        self.ipv6GrantPrefix = ipv6GrantPrefix
        self.allowPrivate = allowPrivate
    }

    /// Nil where the range may be granted.
    package func refusal(of range: CIDR) -> String? {
        guard let reason = reason(against: range) else { return nil }
        return "\(range.shortDescription) \(reason)"
    }

    /// What follows the range in the message.
    private func reason(against range: CIDR) -> String? {
        if range.prefixLength < Self.widestPrefix {
            return "is wider than /\(Self.widestPrefix); no setting allows that"
        }
        if let block = AddressBlock.unusable.first(where: { $0.range.overlaps(range) }) {
            return "\(relation(range, block)); no setting allows that"
        }
        if !allowPrivate, let block = AddressBlock.inside.first(where: { $0.range.overlaps(range) }) {
            return "\(relation(range, block)); allowPrivate would allow it"
        }
        if let (block, embedded) = embeddedIPv4(range) {
            let blocks = AddressBlock.unusable + AddressBlock.inside
            if let inner = blocks.first(where: { $0.range.overlaps(embedded) }) {
                return "is a \(block.name) form of \(embedded.shortDescription), which "
                    + "\(relation(embedded, inner)); no setting allows that"
            }
        }
        let (narrowest, setting) =
            range.isIPv4 ? (minPrefixIPv4, "minPrefixIPv4") : (minPrefixIPv6, "minPrefixIPv6")
        if range.prefixLength < narrowest {
            return "is wider than /\(narrowest), the widest range taken here; \(setting) sets that"
        }
        return nil
    }

    package func widened(_ range: CIDR, wasBare: Bool) -> CIDR {
        wasBare && !range.isIPv4 ? range.widened(to: ipv6GrantPrefix) : range
    }

    private func relation(_ range: CIDR, _ block: AddressBlock) -> String {
        block.range.contains(range)
            ? "is \(block.name) (\(block.range))" : "contains addresses that are \(block.name) (\(block.range))"
    }

    /// The IPv4 addresses inside 6to4 (RFC 3056) or Teredo (RFC 4380): as good or bad as they are themselves.
    private func embeddedIPv4(_ range: CIDR) -> (AddressBlock, CIDR)? {
        if range.overlaps(AddressBlock.sixToFour.range) {
            let length = min(32, max(0, range.prefixLength - 16))
            return (.sixToFour, CIDR(family: .v4, address: range.network >> 80 & 0xffff_ffff, prefixLength: length))
        }
        if range.overlaps(AddressBlock.teredo.range) {
            let length = max(0, range.prefixLength - 96)
            return (.teredo, CIDR(family: .v4, address: ~range.network & 0xffff_ffff, prefixLength: length))
        }
        return nil
    }
}
