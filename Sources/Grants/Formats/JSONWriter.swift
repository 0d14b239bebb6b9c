/// JSON, written member after member, straight into bytes: without blanks, or a member a line for people.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false
    private var isBehindName = false
    /// How deep the next line stands; nil where everything stands on one.
    private var depth: Int?

    package init(isForPeople: Bool = false) {
        depth = isForPeople ? 0 : nil
    }

    /// What `write` makes, as one line of text, or several for people.
    package static func text(isForPeople: Bool = false, _ write: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter(isForPeople: isForPeople)
        write(&json)
        return String(decoding: json.bytes, as: UTF8.self) + "\n"
    }

    /// An object on a line.
    package static func object(_ members: (inout JSONWriter) -> Void) -> String {
        text { $0.object(members) }
    }

    package mutating func object(_ members: (inout JSONWriter) -> Void) {
        bracketed(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
    }

    package mutating func array(_ elements: (inout JSONWriter) -> Void) {
        bracketed(UInt8(ascii: "["), UInt8(ascii: "]"), elements)
    }

    /// The name of a member; its value comes next.
    package mutating func name(_ name: String) {
        string(name)
        bytes.append(contentsOf: (depth == nil ? ":" : " : ").utf8)
        isBehindName = true
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
        case _ where !SafeText.isPrintable(scalar):
            for unit in Character(scalar).utf16 { bytes.append(contentsOf: (#"\u"# + hexadecimal(unit, 4)).utf8) }
        default: bytes.append(contentsOf: Character(scalar).utf8)
        }
    }

    private mutating func bracketed(_ opening: UInt8, _ closing: UInt8, _ content: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(opening)
        needsComma = false
        depth = depth.map { $0 + 1 }
        content(&self)
        depth = depth.map { $0 - 1 }
        if needsComma { beginLine() }
        bytes.append(closing)
        needsComma = true
    }

    private mutating func separate() {
        if isBehindName {
            isBehindName = false
            return
        }
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        if !bytes.isEmpty { beginLine() }
        needsComma = true
    }

    private mutating func beginLine() {
        if let depth { bytes.append(contentsOf: ("\n" + String(repeating: "  ", count: depth)).utf8) }
    }
}

private let quote = UInt8(ascii: "\"")

extension UInt8 {
    /// Whether it stands for itself in any JSON string.
    fileprivate var isPlain: Bool { (0x20...0x7e).contains(self) && self != quote && self != UInt8(ascii: "\\") }
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

extension Dictionary: JSONWritable where Key == String, Value: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            for (name, value) in sorted(by: { $0.key < $1.key }) { json.member(name, value) }
        }
    }
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
