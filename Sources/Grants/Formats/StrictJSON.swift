/// One parser for requests and configuration, stricter than Foundation's.
///
/// Foundation takes the first of two equal names where other programs take the last: a file must not mean two things.
package enum StrictJSON {
    package enum Dialect: Hashable, Sendable {
        /// RFC 8259.
        case strict
        /// With comments, trailing commas, unquoted names and single quotes, for files that people write.
        case commented
    }

    package static let deepestNesting = 32

    package static func parse(_ bytes: [UInt8], dialect: Dialect = .strict) throws(JSONError) -> JSONNode {
        try refuseNonText(bytes)
        var scanner = JSONScanner(bytes: bytes, dialect: dialect)
        try scanner.skipSpace()
        guard scanner.byte != nil else { throw JSONError("the file holds nothing but whitespace") }
        let document = try scanner.value(depth: 0)
        try scanner.skipSpace()
        guard scanner.byte != nil else { return document }
        if bytes[scanner.position...].allSatisfy({ $0 == 0 }) {
            throw scanner.failure("NUL bytes follow the document: power was lost before the data reached the disk")
        }
        throw scanner.failure("expected the end of the file after the document, found \(scanner.found)")
    }

    /// An answer of somebody else's, also behind the byte order mark that some gateways put there; nil where it is none.
    package static func answer(_ bytes: [UInt8]) -> JSONValue? {
        (try? parse(Array(withoutByteOrderMark(bytes))))?.value
    }

    package static func withoutByteOrderMark(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    }

    private static func refuseNonText(_ bytes: [UInt8]) throws(JSONError) {
        guard let first = bytes.first else {
            throw JSONError(
                "the file is empty: its writer stopped early, or power was lost before the data was on disk"
            )
        }
        if first == 0, bytes.allSatisfy({ $0 == 0 }) {
            throw JSONError("the file holds only NUL bytes: power loss before the data reached the disk")
        }
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) {
            throw JSONError("the file begins with a byte order mark; save it as UTF-8 without BOM")
        }
        if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
            throw JSONError("the file is UTF-16; save it as UTF-8 without BOM")
        }
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            let before = bytes[..<error.byteOffsets.lowerBound]
            let line = before.count { $0 == 0x0a } + 1
            let lineStart = before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
            let column = before[lineStart...].count { $0 & 0xc0 != 0x80 } + 1
            throw JSONError("a byte that is not valid UTF-8", line: line, column: column)
        }
    }
}
