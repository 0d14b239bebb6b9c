import FoundationEssentials

/// RFC 4648, section 5: the alphabet of JSON web tokens, without padding.
package enum Base64URL {
    package static func encode(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString(options: [.base64URLAlphabet, .omitPaddingCharacter])
    }

    /// Takes both alphabets, padded or not; nil for anything else.
    package static func decode(_ text: String) -> [UInt8]? {
        var standard = text.utf8.filter { $0 != 0x3D }.map { $0 == 0x2D ? 0x2B : $0 == 0x5F ? 0x2F : $0 }
        guard standard.count % 4 != 1 else { return nil }
        standard += Array(repeating: 0x3D, count: (4 - standard.count % 4) % 4)
        return Data(base64Encoded: Data(standard)).map { Array($0) }
    }
}
