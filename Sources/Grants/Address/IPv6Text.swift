/// RFC 4291 section 2.2, all three forms: eight groups, `::`, a dotted quad at the end.
func parseIPv6(_ bytes: ArraySlice<UInt8>) throws(AddressError) -> UInt128 {
    var reader = IPv6Reader(bytes: bytes)
    return try reader.address()
}

private struct IPv6Reader {
    let bytes: ArraySlice<UInt8>
    var position: Int
    var value: UInt128 = 0
    var count = 0
    /// How many groups stand before `::`.
    var gap: Int?

    init(bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    mutating func address() throws(AddressError) -> UInt128 {
        try refusePort()
        if try !skipGap(), peek() == colon { throw AddressError("it begins with a single colon") }
        while position < bytes.endIndex {
            if bytes[position...].contains(UInt8(ascii: ".")), !bytes[position...].contains(colon) {
                append(UInt128(try parseIPv4(bytes[position...])), groups: 2)
                position = bytes.endIndex
                break
            }
            append(UInt128(try group()), groups: 1)
            guard let next = peek() else { break }
            guard next == colon else { throw AddressError("a group is not hexadecimal") }
            if try skipGap() { continue }
            position += 1
            if peek() == nil { throw AddressError("it ends with a single colon") }
        }
        return try filled()
    }

    /// The groups with the zeros of `::` put in.
    private func filled() throws(AddressError) -> UInt128 {
        guard count <= 8 else { throw AddressError("an IPv6 address has at most eight groups, this has \(count)") }
        guard let gap else {
            guard count == 8 else {
                throw AddressError("an IPv6 address without :: has eight groups, this has \(count)")
            }
            return value
        }
        guard count < 8 else { throw AddressError(":: stands for at least one group, and eight are there already") }
        let tail = UInt128(16 * (count - gap))
        let head = value >> tail
        return head << UInt128(128 - 16 * gap) | value & ~(UInt128.max << tail)
    }

    private mutating func group() throws(AddressError) -> UInt16 {
        var result: UInt16 = 0
        let start = position
        while let byte = peek(), let digit = hexDigit(byte) {
            guard position - start < 4 else { throw AddressError("a group has more than four digits") }
            result = result << 4 | digit
            position += 1
        }
        if position == start {
            throw AddressError(peek() == colon ? "it has too many colons in a row" : "a group is not hexadecimal")
        }
        return result
    }

    private mutating func skipGap() throws(AddressError) -> Bool {
        guard bytes[position...].starts(with: [colon, colon]) else { return false }
        guard gap == nil else { throw AddressError("it has :: more than once") }
        gap = count
        position += 2
        return true
    }

    private mutating func append(_ bits: UInt128, groups: Int) {
        value = value << UInt128(16 * groups) | bits
        count += groups
    }

    private func peek() -> UInt8? { position < bytes.endIndex ? bytes[position] : nil }

    private func refusePort() throws(AddressError) {
        guard let first = bytes.firstIndex(of: colon), first == bytes.lastIndex(of: colon),
            (try? parseIPv4(bytes[..<first])) != nil
        else { return }
        throw AddressError("it has a port; write the address alone")
    }
}

private let colon = UInt8(ascii: ":")

private func hexDigit(_ byte: UInt8) -> UInt16? {
    switch byte {
    case 0x30...0x39: UInt16(byte - 0x30)
    case 0x41...0x46: UInt16(byte - 0x41 + 10)
    case 0x61...0x66: UInt16(byte - 0x61 + 10)
    default: nil
    }
}
