/// Text that others wrote, made fit to be shown: the one definition of what is printable, and the forms in use.
package enum SafeText {
    /// Not a control character, not invisible, no end of a line, and no mark that turns around how a line reads (UAX #9).
    ///
    /// The two joiners stay: letters of some scripts and many signs are made with them.
    package static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return isPrintable(UInt8(truncatingIfNeeded: scalar.value)) }
        if scalar.value == 0x200C || scalar.value == 0x200D { return true }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }

    /// The same of ASCII, blanks included.
    package static func isPrintable(_ byte: UInt8) -> Bool { (0x20...0x7E).contains(byte) }

    /// A control character, or what some viewers take for the end of a line.
    package static func breaksLine(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// Fit for one line: what is not printable becomes a blank, runs of blanks one, the rest is cut.
    package static func line(_ text: String, limit: Int) -> String {
        var result = ""
        var (length, blankIsDue) = (0, false)
        for scalar in text.unicodeScalars {
            if !isPrintable(scalar) || scalar.properties.generalCategory == .spaceSeparator {
                blankIsDue = length > 0
                continue
            }
            guard length < limit else { return result + "…" }
            if blankIsDue {
                result += " "
                length += 1
                blankIsDue = false
            }
            result.unicodeScalars.append(scalar)
            length += 1
        }
        return result
    }

    /// The same with its lines and its blanks, since lines may be aligned.
    package static func lines(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            result.unicodeScalars.append(scalar == "\n" || isPrintable(scalar) ? scalar : " ")
        }
        return result
    }

    /// In quotes, where it is short and printable ASCII: all that a message may repeat of a file.
    package static func quoted(_ text: String, limit: Int = 40) -> String? {
        let bytes = text.utf8
        guard !bytes.isEmpty, bytes.count <= limit, bytes.allSatisfy({ isPrintable($0) && $0 != UInt8(ascii: "\"") })
        else { return nil }
        return "\"\(text)\""
    }
}

/// Names as bytes in logs, reports and JSON.
extension [UInt8] {
    /// Printable ASCII without blanks and quotes as it is, every other byte as `%XX`.
    package var percentEscaped: String {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        appendPercentEscaped(to: &result)
        return String(decoding: result, as: UTF8.self)
    }

    /// The same as bytes.
    func appendPercentEscaped(to text: inout [UInt8]) {
        appendPercentEscaped(to: &text) {
            (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "\"")
                && $0 != UInt8(ascii: "\\")
        }
    }

    /// The same with another choice of what stays.
    package func appendPercentEscaped(to text: inout [UInt8], where stays: (UInt8) -> Bool) {
        for byte in self {
            if stays(byte) {
                text.append(byte)
            } else {
                text.append(contentsOf: ("%" + hexadecimal(byte, 2).uppercased()).utf8)
            }
        }
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
            let digits = rest.prefix(2)
            guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            else { return nil }
            rest = rest.dropFirst(2)
            result.append(value)
        }
        self = result
    }
}

/// Lower-case hexadecimal digits, with zeros before them up to a width.
package func hexadecimal(_ number: some FixedWidthInteger, _ width: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: Swift.max(0, width - digits.utf8.count)) + digits
}

extension Sequence<UInt8> {
    /// Two lower-case digits a byte.
    package var hexadecimalText: String { map { hexadecimal($0, 2) }.joined() }
}
