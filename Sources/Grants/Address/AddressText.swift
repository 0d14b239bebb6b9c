/// An address as it was written: parsed, its host bits still there.
struct AddressText {
    private(set) var family: CIDR.Family
    private(set) var address: UInt128
    /// Nil for a bare address.
    private(set) var prefixLength: Int?

    var range: CIDR { CIDR(family: family, address: address, prefixLength: prefixLength ?? family.width) }

    init(_ text: String) throws(AddressError) {
        let bytes = Array(text.utf8)
        try refuseForeignNotation(bytes)
        let slash = bytes.firstIndex(of: UInt8(ascii: "/")) ?? bytes.endIndex
        let host = bytes[..<slash]
        if host.contains(UInt8(ascii: ":")) {
            (family, address) = (.v6, try parseIPv6(host))
        } else {
            (family, address) = (.v4, UInt128(try parseIPv4(host)))
        }
        if slash < bytes.endIndex { prefixLength = try parsePrefixLength(bytes[(slash + 1)...], family) }
        try unmap()
    }

    /// IPv4-mapped IPv6 (::ffff:a.b.c.d) is IPv4: Entra sees an IPv4 client, and the rules for IPv4 must hold.
    private mutating func unmap() throws(AddressError) {
        guard family == .v6, address >> 32 == 0xffff else { return }
        if let length = prefixLength, length < 96 {
            throw AddressError("an IPv4-mapped address takes a prefix length from 96 to 128")
        }
        (family, address, prefixLength) = (.v4, address & 0xffff_ffff, prefixLength.map { $0 - 96 })
    }
}

/// Things that look like addresses to people or to other programs, each with its own reason.
private func refuseForeignNotation(_ bytes: [UInt8]) throws(AddressError) {
    guard !bytes.isEmpty else { throw AddressError("the address is empty") }
    guard bytes.count <= 64 else { throw AddressError("\(bytes.count) bytes are too long for an address") }
    for (index, byte) in bytes.enumerated() {
        switch byte {
        case 0x09...0x0d, 0x20: throw AddressError("it contains whitespace")
        case UInt8(ascii: "%"): throw AddressError("it has a zone (%), which means something on one machine only")
        case UInt8(ascii: "["), UInt8(ascii: "]"):
            throw AddressError("it has brackets; write the address alone, without brackets or port")
        case UInt8(ascii: "-"):
            let ends = [bytes[..<index], bytes[(index + 1)...]].map { String(decoding: $0, as: UTF8.self) }
            guard ends.allSatisfy({ (try? AddressText($0)) != nil }) else { continue }
            throw AddressError("it is a range from a to b; write it as one or more CIDR ranges")
        case UInt8(ascii: ","), UInt8(ascii: ";"):
            throw AddressError("it lists several addresses; give each its own string")
        case 0x21...0x7e: continue
        default: throw AddressError("it contains a character that no address has")
        }
    }
}

private func parsePrefixLength(_ digits: ArraySlice<UInt8>, _ family: CIDR.Family) throws(AddressError) -> Int {
    guard !digits.isEmpty else { throw AddressError("the prefix length after / is missing") }
    guard !digits.contains(UInt8(ascii: "/")) else { throw AddressError("it has more than one /") }
    guard !digits.contains(UInt8(ascii: ".")), !digits.contains(UInt8(ascii: ":")) else {
        throw AddressError("it has a netmask; write the prefix length instead, such as /24")
    }
    guard digits.allSatisfy(isDigit) else { throw AddressError("the prefix length is not a plain number") }
    guard digits.count == 1 || digits.first != UInt8(ascii: "0") else {
        throw AddressError("the prefix length has a leading zero")
    }
    guard digits.count <= 3, let length = number(digits), length <= family.width else {
        throw AddressError("the prefix length is above \(family.width)")
    }
    return length
}

func parseIPv4(_ bytes: ArraySlice<UInt8>) throws(AddressError) -> UInt32 {
    let octets = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    for octet in octets where octet.starts(with: "0x".utf8) || octet.starts(with: "0X".utf8) {
        throw AddressError("it has hexadecimal octets; write them in decimal")
    }
    guard bytes.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ".") }), bytes.contains(where: isDigit) else {
        throw AddressError("it is not an IP address; host names are not looked up")
    }
    guard octets.count == 4 else { throw AddressError("an IPv4 address has four octets, this has \(octets.count)") }
    var address: UInt32 = 0
    for octet in octets {
        guard !octet.isEmpty else { throw AddressError("it has an empty octet") }
        guard octet.count == 1 || octet.first != UInt8(ascii: "0") else {
            throw AddressError("an octet has a leading zero, which some programs read as octal")
        }
        guard octet.count <= 3, let value = number(octet), value <= 255 else {
            throw AddressError("an octet is above 255")
        }
        address = address << 8 | UInt32(value)
    }
    return address
}

private func isDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte)
}

private func number(_ digits: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for digit in digits {
        guard isDigit(digit), value < 100_000 else { return nil }
        value = value * 10 + Int(digit - 0x30)
    }
    return value
}
