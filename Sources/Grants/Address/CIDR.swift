/// A range of IP addresses without host bits; one address is a /32 or a /128.
///
/// Two words and two bytes (24 bytes a piece in an array), since ledgers hold hundreds of thousands of them.
package struct CIDR: Hashable, Sendable {
    package enum Family: UInt8, Hashable, Sendable {
        case v4
        case v6

        /// Bits in an address.
        package var width: Int { self == .v4 ? 32 : 128 }
    }

    private let high: UInt64
    private let low: UInt64
    private let length: UInt8
    package let family: Family

    /// Clears the host bits; an IPv4 address is the low 32 bits.
    package init(family: Family, address: UInt128, prefixLength: Int) {
        precondition((0...family.width).contains(prefixLength), "prefix length out of range")
        let network = address & Self.mask(family, prefixLength)
        high = UInt64(truncatingIfNeeded: network >> 64)
        low = UInt64(truncatingIfNeeded: network)
        length = UInt8(prefixLength)
        self.family = family
    }

    /// The lowest address of the range.
    package var network: UInt128 { UInt128(high) << 64 | UInt128(low) }

    /// The highest address of the range.
    package var last: UInt128 { network | Self.mask(family, family.width) & ~Self.mask(family, prefixLength) }

    package var prefixLength: Int { Int(length) }

    package var isIPv4: Bool { family == .v4 }

    package var isSingleAddress: Bool { prefixLength == family.width }

    package func contains(_ other: CIDR) -> Bool {
        family == other.family && length <= other.length
            && other.network & Self.mask(family, prefixLength) == network
    }

    package func overlaps(_ other: CIDR) -> Bool {
        contains(other) || other.contains(self)
    }

    /// The range of that length around this one; itself where it is that wide already.
    package func widened(to prefix: Int) -> CIDR {
        prefix >= prefixLength ? self : CIDR(family: family, address: network, prefixLength: max(0, prefix))
    }

    /// Its lower and its upper half; nil for a single address.
    package var halves: (lower: CIDR, upper: CIDR)? {
        guard !isSingleAddress else { return nil }
        let half = UInt128(1) << UInt128(family.width - prefixLength - 1)
        return (
            CIDR(family: family, address: network, prefixLength: prefixLength + 1),
            CIDR(family: family, address: network | half, prefixLength: prefixLength + 1)
        )
    }

    private static func mask(_ family: Family, _ prefixLength: Int) -> UInt128 {
        let all: UInt128 = family == .v4 ? 0xffff_ffff : .max
        // An overlong shift of UInt128 gives zero, so /0 needs no case of its own.
        return all & (all << UInt128(family.width - prefixLength))
    }
}

extension CIDR: Comparable {
    /// IPv4 first, then by network, the wider range before what it contains.
    package static func < (left: CIDR, right: CIDR) -> Bool {
        if left.family != right.family { return left.family == .v4 }
        if left.high != right.high { return left.high < right.high }
        if left.low != right.low { return left.low < right.low }
        return left.length < right.length
    }
}
