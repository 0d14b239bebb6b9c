extension JSONScanner {
    mutating func value(depth: Int) throws(JSONError) -> JSONNode {
        let start = place
        let value: JSONValue
        guard let byte else { throw failure("expected a value, found \(found)") }
        switch byte {
        case UInt8(ascii: "{"): value = .object(try members(depth: depth + 1))
        case UInt8(ascii: "["): value = .array(try elements(depth: depth + 1))
        case UInt8(ascii: "\""), UInt8(ascii: "'"): value = .string(try string())
        case UInt8(ascii: "-"), 0x30...0x39: value = .number(try number())
        case UInt8(ascii: "t") where takeWord("true"): value = .bool(true)
        case UInt8(ascii: "f") where takeWord("false"): value = .bool(false)
        case UInt8(ascii: "n") where takeWord("null"): value = .null
        default: throw failure("expected a value, found \(found)")
        }
        return JSONNode(value: value, line: start.line, column: start.column)
    }

    private mutating func elements(depth: Int) throws(JSONError) -> [JSONNode] {
        try enter(depth)
        var elements: [JSONNode] = []
        while !take("]") {
            elements.append(try value(depth: depth))
            try separate(until: "]")
        }
        return elements
    }

    private mutating func members(depth: Int) throws(JSONError) -> [JSONMember] {
        try enter(depth)
        var members: [JSONMember] = []
        var seen = SeenNames()
        while !take("}") {
            let start = place
            let name = try memberName()
            if let first = seen.place(of: name, among: members) {
                let subject = SafeText.quoted(name) ?? "a name"
                throw failure(
                    "expected each name once; \(subject) is also at line \(first.line), column \(first.column)",
                    at: start
                )
            }
            try skipSpace()
            guard take(":") else { throw failure("expected ':' after the name, found \(found)") }
            try skipSpace()
            let node = try value(depth: depth)
            members.append(JSONMember(name: name, line: start.line, column: start.column, node: node))
            try separate(until: "}")
        }
        return members
    }

    private mutating func enter(_ depth: Int) throws(JSONError) {
        guard depth <= StrictJSON.deepestNesting else {
            throw failure("expected at most \(StrictJSON.deepestNesting) levels of nesting")
        }
        position += 1
        try skipSpace()
    }

    /// Between two elements, or before the end; leaves the closing bracket to the caller.
    mutating func separate(until close: Unicode.Scalar) throws(JSONError) {
        try skipSpace()
        let comma = place
        if take(",") {
            try skipSpace()
            if dialect == .strict, let byte, UInt32(byte) == close.value {
                throw failure("expected another entry after this comma, found '\(close)'", at: comma)
            }
            return
        }
        guard let byte, UInt32(byte) == close.value else {
            throw failure("expected ',' or '\(close)', found \(found)")
        }
    }

    private mutating func memberName() throws(JSONError) -> String {
        guard let byte else { throw failure("expected a name in quotes or '}', found \(found)") }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { return try string() }
        guard dialect == .commented, isIdentifier(byte), !(0x30...0x39).contains(byte) else {
            throw failure("expected a name in double quotes or '}', found \(found)")
        }
        let start = position
        while let byte = self.byte, isIdentifier(byte) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func number() throws(JSONError) -> String {
        let start = position
        _ = take("-")
        let integer = position
        try digits("a digit")
        if bytes[integer] == UInt8(ascii: "0"), position > integer + 1 {
            throw failure("expected a number without leading zeros")
        }
        if take(".") { try digits("a digit after the decimal point") }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits("a digit in the exponent")
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits(_ expected: String) throws(JSONError) {
        let start = position
        while let byte, (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw failure("expected \(expected), found \(found)") }
    }

    /// Whether the whole word stands here: `nulls` is not `null`.
    private mutating func takeWord(_ word: String) -> Bool {
        guard bytes[position...].starts(with: word.utf8) else { return false }
        let end = position + word.utf8.count
        if end < bytes.count, isIdentifier(bytes[end]) { return false }
        position = end
        return true
    }

    private func isIdentifier(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"), UInt8(ascii: "$"): true
        default: false
        }
    }
}

/// Finds a repeated name in linear time over all: by looking while there are few, by hashing from then on.
private struct SeenNames {
    private var places: [ExactText: Int] = [:]

    mutating func place(of name: String, among members: [JSONMember]) -> (line: Int, column: Int)? {
        let index: Int?
        if members.count < 16 {
            index = members.firstIndex { $0.name.isExactly(name) }
        } else {
            for known in places.count..<members.count { places[ExactText(members[known].name)] = known }
            index = places[ExactText(name)]
        }
        return index.map { (members[$0].line, members[$0].column) }
    }
}
