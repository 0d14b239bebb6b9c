extension JSONScanner {
    /// A string in double quotes, in `.commented` also in single ones.
    mutating func string() throws(JSONError) -> String {
        let opening = place
        let quote = bytes[position]
        guard quote == UInt8(ascii: "\"") || dialect == .commented else {
            throw failure("expected double quotes, found a single one")
        }
        position += 1
        var unescaped: [UInt8] = []
        var start = position
        while let byte {
            switch byte {
            case quote:
                let rest = bytes[start..<position]
                position += 1
                return unescaped.isEmpty
                    ? String(decoding: rest, as: UTF8.self) : String(decoding: unescaped + rest, as: UTF8.self)
            case UInt8(ascii: "\\"):
                unescaped.append(contentsOf: bytes[start..<position])
                try escape(into: &unescaped)
                start = position
            case 0x0a, 0x0d: throw failure("expected the closing quote before the end of the line")
            case ..<0x20: throw failure("expected control character \(byte) as an escape in the string")
            default: advance()
            }
        }
        throw failure("expected the closing quote of this string, found the end of the file", at: opening)
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        let start = place
        position += 1
        guard let byte else { throw failure("expected the rest of the escape, found the end of the file") }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "'") where dialect == .commented: text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            position += 1
            text.append(contentsOf: String(try unicodeScalar(start)).utf8)
            return
        default: throw failure("expected one of \" \\ / b f n r t u after the backslash, found \(found)", at: start)
        }
        position += 1
    }

    /// After `\u`: one scalar, from two escapes where it takes a surrogate pair.
    private mutating func unicodeScalar(_ start: (line: Int, column: Int)) throws(JSONError) -> Character {
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return Character(scalar) }
        guard first < 0xdc00, take("\\"), take("u") else {
            throw failure("expected a surrogate pair, found half of one", at: start)
        }
        let second = try fourHexDigits()
        guard (0xdc00...0xdfff).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
        else { throw failure("expected a surrogate pair, found half of one", at: start) }
        return Character(scalar)
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("expected four hexadecimal digits after \\u, found \(found)")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
