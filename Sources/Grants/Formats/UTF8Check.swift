/// The offset of the first byte that breaks UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
func firstInvalidUTF8(_ bytes: [UInt8]) -> Int? {
    var position = 0
    while position < bytes.count {
        let lead = bytes[position]
        if lead < 0x80 {
            position += 1
            continue
        }
        // The second byte alone has a range that depends on the first (RFC 3629 section 4).
        let (length, second): (Int, ClosedRange<UInt8>)
        switch lead {
        case 0xc2...0xdf: (length, second) = (2, 0x80...0xbf)
        case 0xe0: (length, second) = (3, 0xa0...0xbf)
        case 0xed: (length, second) = (3, 0x80...0x9f)
        case 0xe1...0xef: (length, second) = (3, 0x80...0xbf)
        case 0xf0: (length, second) = (4, 0x90...0xbf)
        case 0xf1...0xf3: (length, second) = (4, 0x80...0xbf)
        case 0xf4: (length, second) = (4, 0x80...0x8f)
        default: return position
        }
        guard position + length <= bytes.count, second.contains(bytes[position + 1]) else { return position }
        for index in (position + 2)..<(position + max(length, 2)) where bytes[index] & 0xc0 != 0x80 {
            return position
        }
        position += length
    }
    return nil
}
