/// Reads a ledger file member by member, so that no tree of a hundred thousand leases has to be made first.
///
/// Members that it does not know are stepped over.
struct LedgerReader {
    private var scanner: JSONScanner

    static func read(_ bytes: [UInt8]) throws(JSONError) -> LedgerContent {
        try StrictJSON.refuseNonText(bytes)
        var reader = LedgerReader(scanner: JSONScanner(bytes: bytes, dialect: .strict))
        try reader.scanner.skipSpace()
        let content = try LedgerContent(from: &reader)
        try reader.scanner.skipSpace()
        guard reader.scanner.byte == nil else { throw reader.failure("expected the end of the file") }
        return content
    }

    func failure(_ message: String) -> JSONError { scanner.failure(message) }

    /// Calls `take` with each name, the reader standing before the value.
    mutating func members(
        _ take: (String, inout LedgerReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        try open("{")
        while !scanner.take("}") {
            guard scanner.byte == UInt8(ascii: "\"") else { throw failure("expected a name, found \(scanner.found)") }
            let name = try scanner.string()
            try scanner.skipSpace()
            guard scanner.take(":") else { throw failure("expected ':' after the name, found \(scanner.found)") }
            try scanner.skipSpace()
            try take(name, &self)
            try scanner.separate(until: "}")
        }
    }

    mutating func list<Element>(
        _ element: (inout LedgerReader) throws(JSONError) -> Element
    ) throws(JSONError) -> [Element] {
        var elements: [Element] = []
        try open("[")
        while !scanner.take("]") {
            elements.append(try element(&self))
            try scanner.separate(until: "]")
        }
        return elements
    }

    /// Steps over a value.
    mutating func skip() throws(JSONError) {
        _ = try scanner.value(depth: 1)
    }

    /// Nil where `null` stands.
    mutating func optional<Value>(
        _ value: (inout LedgerReader) throws(JSONError) -> Value
    ) throws(JSONError) -> Value? {
        guard scanner.byte == UInt8(ascii: "n") else { return try value(&self) }
        try skip()
        return nil
    }

    mutating func string() throws(JSONError) -> String {
        guard scanner.byte == UInt8(ascii: "\"") else { throw failure("expected a string, found \(scanner.found)") }
        return try scanner.string()
    }

    mutating func bool() throws(JSONError) -> Bool {
        guard case .bool(let value) = try scanner.value(depth: 1).value else { throw failure("expected true or false") }
        return value
    }

    mutating func number() throws(JSONError) -> Int {
        guard case .number(let text) = try scanner.value(depth: 1).value, let number = Int(text) else {
            throw failure("expected a whole number")
        }
        return number
    }

    mutating func time() throws(JSONError) -> Timestamp {
        let text = try string()
        guard let time = Timestamp(rfc3339: text) else { throw failure("not an RFC 3339 time: \(text)") }
        return time
    }

    mutating func range() throws(JSONError) -> CIDR {
        let text = try string()
        do throws(AddressError) {
            return try CIDR(text)
        } catch {
            throw failure(error.reason)
        }
    }

    mutating func ranges() throws(JSONError) -> [CIDR] {
        try list { (reader) throws(JSONError) in try reader.range() }
    }

    mutating func item() throws(JSONError) -> ItemName {
        let text = try string()
        guard let name = ItemName(escaped: text) else { throw failure("\(text) is not the name of an item") }
        return name
    }

    private mutating func open(_ bracket: Unicode.Scalar) throws(JSONError) {
        guard scanner.take(bracket) else { throw failure("expected '\(bracket)', found \(scanner.found)") }
        try scanner.skipSpace()
    }
}
