/// Walks over the bytes of a document, which are valid UTF-8, and knows the line and column.
struct JSONScanner {
    let bytes: [UInt8]
    let dialect: StrictJSON.Dialect
    var position = 0
    private var line = 1
    private var lineStart = 0
    /// Continuation bytes seen on this line: columns count characters.
    private var continuations = 0

    init(bytes: [UInt8], dialect: StrictJSON.Dialect) {
        self.bytes = bytes
        self.dialect = dialect
    }

    /// The next byte, nil at the end.
    var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

    var place: (line: Int, column: Int) { (line, position - lineStart - continuations + 1) }

    /// The next character in words, for messages: never more of the file than one printable character.
    var found: String {
        guard let byte else { return "the end of the file" }
        return switch byte {
        case 0x0a, 0x0d: "the end of the line"
        case 0x20...0x7e: "'\(Unicode.Scalar(byte))'"
        case 0x80...: "a character that is not ASCII"
        default: "control character \(byte)"
        }
    }

    func failure(_ message: String) -> JSONError {
        failure(message, at: place)
    }

    func failure(_ message: String, at place: (line: Int, column: Int)) -> JSONError {
        JSONError(message, line: place.line, column: place.column)
    }

    /// Steps over one byte, keeping count of lines and columns.
    mutating func advance() {
        let byte = bytes[position]
        position += 1
        switch byte {
        case 0x0a: beginLine()
        case 0x0d where self.byte != 0x0a: beginLine()
        case 0x80...0xbf: continuations += 1
        default: break
        }
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let byte, UInt32(byte) == character.value else { return false }
        position += 1
        return true
    }

    mutating func skipSpace() throws(JSONError) {
        while let byte {
            switch byte {
            case 0x20, 0x09: position += 1
            case 0x0a, 0x0d: advance()
            case UInt8(ascii: "/") where dialect == .commented: try skipComment()
            case UInt8(ascii: "/"): throw failure("expected JSON; comments are not taken here")
            default: return
            }
        }
    }

    private mutating func skipComment() throws(JSONError) {
        let start = place
        position += 1
        if take("/") {
            while let byte, byte != 0x0a, byte != 0x0d { advance() }
            return
        }
        guard take("*") else { throw failure("expected a comment, // or /*, found a single slash", at: start) }
        while byte != nil {
            if take("*") {
                if take("/") { return }
            } else {
                advance()
            }
        }
        throw failure("expected the end of this comment, */, found the end of the file", at: start)
    }

    private mutating func beginLine() {
        line += 1
        lineStart = position
        continuations = 0
    }
}
