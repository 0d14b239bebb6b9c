extension [UInt8] {
    /// Printable ASCII without blanks and quotes as it is, every other byte as `%XX`: safe in logs, reports and JSON.
    package var percentEscaped: String {
        let hex = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        result.reserveCapacity(count)
        for byte in self {
            switch byte {
            case UInt8(ascii: "%"), UInt8(ascii: "\""), UInt8(ascii: "\\"), ...0x20, 0x7F...:
                result += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            default:
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The inverse of `percentEscaped`; nil where a `%` is not followed by two hex digits.
    package init?(percentEscaped text: String) {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                result.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(Self.hexDigit), let low = rest.popFirst().flatMap(Self.hexDigit)
            else { return nil }
            result.append(high << 4 | low)
        }
        self = result
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        UInt8(String(decoding: [byte], as: UTF8.self), radix: 16)
    }
}
