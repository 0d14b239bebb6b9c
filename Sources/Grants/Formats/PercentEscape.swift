extension [UInt8] {
    /// Printable ASCII without blanks and quotes as it is, every other byte as `%XX`: safe in logs, reports and JSON.
    package var percentEscaped: String {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        appendPercentEscaped(to: &result)
        return String(decoding: result, as: UTF8.self)
    }

    /// The same as bytes.
    func appendPercentEscaped(to text: inout [UInt8]) {
        for byte in self {
            switch byte {
            case UInt8(ascii: "%"), UInt8(ascii: "\""), UInt8(ascii: "\\"), ...0x20, 0x7F...:
                text.append(UInt8(ascii: "%"))
                text.append(Self.hexDigit(of: byte >> 4))
                text.append(Self.hexDigit(of: byte & 15))
            default:
                text.append(byte)
            }
        }
    }

    private static func hexDigit(of value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
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
