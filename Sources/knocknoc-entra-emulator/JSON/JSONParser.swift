/// RFC 8259 and nothing beyond it, as Graph reads what it is sent.
struct JSONParser {
    private struct Malformed: Error {}

    private static let deepest = 64
    private let bytes: [UInt8]
    private var position = 0

    static func parse(_ bytes: [UInt8]) -> JSON? {
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        var parser = JSONParser(bytes: bytes)
        guard let value = try? parser.value(depth: 0) else { return nil }
        parser.skipSpace()
        return parser.byte == nil ? value : nil
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let byte, UInt32(byte) == character.value else { return false }
        position += 1
        return true
    }

    private mutating func require(_ text: String) throws(Malformed) {
        guard bytes[position...].starts(with: text.utf8) else { throw Malformed() }
        position += text.utf8.count
    }

    private mutating func value(depth: Int) throws(Malformed) -> JSON {
        guard depth <= Self.deepest else { throw Malformed() }
        skipSpace()
        switch byte {
        case UInt8(ascii: "{"):
            return .object(
                try list(until: "}") { (parser) throws(Malformed) in
                    let key = try parser.string()
                    parser.skipSpace()
                    guard parser.take(":") else { throw Malformed() }
                    return JSON.Member(key: key, value: try parser.value(depth: depth + 1))
                })
        case UInt8(ascii: "["):
            return .array(
                try list(until: "]") { (parser) throws(Malformed) in
                    try parser.value(depth: depth + 1)
                })
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"):
            try require("true")
            return true
        case UInt8(ascii: "f"):
            try require("false")
            return false
        case UInt8(ascii: "n"):
            try require("null")
            return .null
        default: return .number(try number())
        }
    }

    private mutating func list<Element>(
        until close: Unicode.Scalar, _ element: (inout JSONParser) throws(Malformed) -> Element
    ) throws(Malformed) -> [Element] {
        position += 1
        skipSpace()
        var elements: [Element] = []
        if take(close) { return elements }
        while true {
            skipSpace()
            elements.append(try element(&self))
            skipSpace()
            if take(close) { return elements }
            guard take(",") else { throw Malformed() }
        }
    }

    private mutating func number() throws(Malformed) -> Double {
        let start = position
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        guard let number = Double(String(decoding: bytes[start..<position], as: UTF8.self)), number.isFinite else {
            throw Malformed()
        }
        return number
    }

    private mutating func digits() throws(Malformed) {
        let start = position
        while let byte, (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw Malformed() }
    }

    private mutating func string() throws(Malformed) -> String {
        guard take("\"") else { throw Malformed() }
        var text: [UInt8] = []
        while let byte, byte >= 0x20 {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += try escaped()
            default: text.append(byte)
            }
        }
        throw Malformed()
    }

    private mutating func escaped() throws(Malformed) -> [UInt8] {
        guard let byte else { throw Malformed() }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            var units = [try hexadecimal()]
            if UTF16.isLeadSurrogate(units[0]) {
                try require("\\u")
                units.append(try hexadecimal())
            }
            guard let text = String(validating: units, as: UTF16.self) else { throw Malformed() }
            return Array(text.utf8)
        default: throw Malformed()
        }
    }

    private mutating func hexadecimal() throws(Malformed) -> UInt16 {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ UInt8(ascii: "+") != $0 && UInt8(ascii: "-") != $0 }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw Malformed() }
        position += 4
        return unit
    }
}
