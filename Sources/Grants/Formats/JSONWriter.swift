/// JSON without blanks, written member after member, straight into bytes.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init() {}

    package mutating func object(_ members: (inout JSONWriter) -> Void) {
        bracketed(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
    }

    package mutating func array(_ elements: (inout JSONWriter) -> Void) {
        bracketed(UInt8(ascii: "["), UInt8(ascii: "]"), elements)
    }

    /// The name of a member, which needs no escape; its value comes next.
    package mutating func name(_ name: String) {
        plain { $0.append(contentsOf: name.utf8) }
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func member(_ name: String, _ value: some JSONWritable) {
        self.name(name)
        value.write(to: &self)
    }

    /// Without a value, no member.
    package mutating func member(_ name: String, _ value: (some JSONWritable)?) {
        if let value { member(name, value) }
    }

    /// A string of which it is known that nothing in it needs an escape.
    package mutating func plain(_ append: (inout [UInt8]) -> Void) {
        separate()
        bytes.append(quote)
        append(&bytes)
        bytes.append(quote)
    }

    /// A number or `true`, `false`, as it is.
    package mutating func word(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
    }

    package mutating func string(_ text: String) {
        separate()
        bytes.append(quote)
        if text.utf8.allSatisfy(\.isPlain) {
            bytes.append(contentsOf: text.utf8)
        } else {
            for scalar in text.unicodeScalars { append(scalar) }
        }
        bytes.append(quote)
    }

    /// Ends a line, where each document is one.
    package mutating func endLine() {
        bytes.append(0x0a)
        needsComma = false
    }

    /// What could end a line, steer a terminal or turn the order of what is shown is escaped.
    private mutating func append(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": bytes.append(contentsOf: #"\""#.utf8)
        case "\\": bytes.append(contentsOf: #"\\"#.utf8)
        case "\n": bytes.append(contentsOf: #"\n"#.utf8)
        case "\r": bytes.append(contentsOf: #"\r"#.utf8)
        case "\t": bytes.append(contentsOf: #"\t"#.utf8)
        case _ where isUnfitToShow(scalar.value):
            let digits = String(scalar.value, radix: 16)
            bytes.append(contentsOf: (#"\u"# + String(repeating: "0", count: 4 - digits.utf8.count) + digits).utf8)
        default: bytes.append(contentsOf: Character(scalar).utf8)
        }
    }

    private mutating func bracketed(_ opening: UInt8, _ closing: UInt8, _ content: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(opening)
        needsComma = false
        content(&self)
        bytes.append(closing)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }
}

private let quote = UInt8(ascii: "\"")

extension UInt8 {
    /// Whether it stands for itself in any JSON string.
    fileprivate var isPlain: Bool { (0x20...0x7e).contains(self) && self != quote && self != UInt8(ascii: "\\") }
}

/// Control characters, line ends that only some readers know, and marks of direction (UAX #9); all within four digits.
private func isUnfitToShow(_ value: UInt32) -> Bool {
    switch value {
    case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C, 0xFEFF: true
    default: false
    }
}

/// What knows its own form in JSON.
package protocol JSONWritable {
    func write(to json: inout JSONWriter)
}

extension String: JSONWritable {
    package func write(to json: inout JSONWriter) { json.string(self) }
}

extension Bool: JSONWritable {
    package func write(to json: inout JSONWriter) { json.word(self ? "true" : "false") }
}

extension Int: JSONWritable {
    package func write(to json: inout JSONWriter) { json.word(String(self)) }
}

extension Array: JSONWritable where Element: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.array { json in
            for element in self { element.write(to: &json) }
        }
    }
}

extension Timestamp: JSONWritable {
    package func write(to json: inout JSONWriter) { json.plain(appendRFC3339) }
}

extension CIDR: JSONWritable {
    package func write(to json: inout JSONWriter) { json.plain(append) }
}

/// Escaped by percent signs, which leaves nothing for JSON to escape.
extension ItemName: JSONWritable {
    package func write(to json: inout JSONWriter) { json.plain(bytes.appendPercentEscaped) }
}
