package import Grants

/// A certificate's SHA-1 or SHA-256 hash as people paste it.
package struct Thumbprint: Hashable, Sendable {
    package let bytes: [UInt8]

    package var isSHA256: Bool { bytes.count == 32 }

    /// Lower-case hexadecimal.
    package var text: String { bytes.hexadecimalText }
}

extension Thumbprint {
    /// Any case; colons and blanks are dropped, and so is what nobody can see (the Windows dialog puts U+200E in front).
    ///
    /// `warnings` says what was dropped, so that the configuration can be put right.
    package static func parse(_ text: String) throws(Failure) -> (thumbprint: Thumbprint, warnings: [String]) {
        var digits: [UInt8] = []
        var dropped: [String] = []
        for (index, scalar) in text.unicodeScalars.enumerated() {
            switch scalar {
            case "0"..."9": digits.append(UInt8(scalar.value - 0x30))
            case "a"..."f": digits.append(UInt8(scalar.value - 0x61 + 10))
            case "A"..."F": digits.append(UInt8(scalar.value - 0x41 + 10))
            case ":": continue
            case let hidden where hidden.properties.isWhitespace || isInvisible(hidden):
                dropped.append("\(name(hidden)) at character \(index + 1)")
            default:
                let character = SafeText.line(String(scalar), limit: 1)
                throw Failure(.entra001, "The certificate thumbprint holds \"\(character)\", which is no hex digit.")
            }
        }
        guard digits.count == 40 || digits.count == 64 else {
            throw Failure(
                .entra001,
                "The certificate thumbprint has \(digits.count) hex digits; SHA-1 has 40 and SHA-256 has 64."
            )
        }
        var warnings: [String] = []
        if !dropped.isEmpty {
            let rest = dropped.count > 4 ? " and \(dropped.count - 4) more" : ""
            warnings.append(
                "The certificate thumbprint holds blanks or characters that nobody sees, which were dropped: "
                    + "\(dropped.prefix(4).joined(separator: ", "))\(rest).")
        }
        let bytes = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        return (Thumbprint(bytes: bytes), warnings)
    }

    /// As `U+200E`.
    private static func name(_ scalar: Unicode.Scalar) -> String {
        "U+" + hexadecimal(scalar.value, 4).uppercased()
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        !SafeText.isPrintable(scalar) || scalar.properties.isDefaultIgnorableCodePoint
    }
}
