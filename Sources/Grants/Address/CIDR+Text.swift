extension CIDR {
    /// Strict: what a person or program grants must mean one thing only.
    package init(_ text: String) throws(AddressError) {
        let parsed = try AddressText(text)
        self = parsed.range
        guard let written = parsed.prefixLength, parsed.address != network else { return }
        let single = CIDR(family: family, address: parsed.address, prefixLength: family.width)
        throw AddressError(
            "\(single.addressText)/\(written) has host bits; did you mean \(self) or \(single)?"
        )
    }

    /// Lenient, for what Graph returns: host bits are cleared, surrounding blanks dropped.
    package init?(graph text: String) {
        let trimmed = text.utf8.drop { $0 == 0x20 }.reversed().drop { $0 == 0x20 }.reversed()
        guard let parsed = try? AddressText(String(decoding: Array(trimmed), as: UTF8.self)) else { return nil }
        self = parsed.range
    }

    /// The address without its length, in canonical form (RFC 5952).
    package var addressText: String {
        var text: [UInt8] = []
        text.reserveCapacity(40)
        appendAddress(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// `203.0.113.7` for one address, `203.0.113.0/24` for a range: for messages and logs.
    package var shortDescription: String { isSingleAddress ? addressText : description }

    private func appendAddress(to text: inout [UInt8]) {
        switch family {
        case .v4: appendIPv4(UInt32(truncatingIfNeeded: network), to: &text)
        case .v6: appendIPv6(network, to: &text)
        }
    }
}

extension CIDR: CustomStringConvertible {
    /// Canonical, always with its length: the form that Graph is sent.
    package var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(44)
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// The same as bytes.
    func append(to text: inout [UInt8]) {
        appendAddress(to: &text)
        text.append(UInt8(ascii: "/"))
        appendDecimal(UInt32(prefixLength), to: &text)
    }
}

private func appendDecimal(_ number: UInt32, to text: inout [UInt8]) {
    if number >= 10 { appendDecimal(number / 10, to: &text) }
    text.append(UInt8(ascii: "0") + UInt8(number % 10))
}

private func appendIPv4(_ address: UInt32, to text: inout [UInt8]) {
    for shift in [24, 16, 8, 0] as [UInt32] {
        if shift < 24 { text.append(UInt8(ascii: ".")) }
        appendDecimal(address >> shift & 0xff, to: &text)
    }
}

/// RFC 5952: lower case, no leading zeros, `::` for the first longest run of at least two zero groups.
private func appendIPv6(_ address: UInt128, to text: inout [UInt8]) {
    func group(_ index: Int) -> UInt16 { UInt16(truncatingIfNeeded: address >> UInt128(112 - 16 * index)) }
    var (gap, index) = (0..<0, 0)
    while index < 8 {
        let start = index
        while index < 8, group(index) == 0 { index += 1 }
        if index - start >= 2, index - start > gap.count { gap = start..<index }
        index += 1
    }
    index = 0
    while index < 8 {
        if index == gap.lowerBound, !gap.isEmpty {
            text.append(contentsOf: "::".utf8)
            index = gap.upperBound
            continue
        }
        if index > 0, index != gap.upperBound || gap.isEmpty { text.append(UInt8(ascii: ":")) }
        text.append(contentsOf: String(group(index), radix: 16).utf8)
        index += 1
    }
}
