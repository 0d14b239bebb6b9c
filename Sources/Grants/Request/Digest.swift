/// A SHA-256 as a value that is cheap to look up.
struct Digest: Hashable, Comparable, Sendable {
    private let high: UInt128
    private let low: UInt128

    init(_ bytes: [UInt8]) {
        precondition(bytes.count == 32, "a SHA-256 has 32 bytes")
        high = bytes[..<16].reduce(0) { $0 << 8 | UInt128($1) }
        low = bytes[16...].reduce(0) { $0 << 8 | UInt128($1) }
    }

    /// Of 64 digits, lower-case letters among them.
    init?(hexadecimal text: ArraySlice<UInt8>) {
        guard text.count == 64, text.allSatisfy(\.isLowercaseHex) else { return nil }
        let digits = text.map { UInt128($0 < 0x3A ? $0 - 0x30 : $0 - 0x57) }
        high = digits[..<32].reduce(0) { $0 << 4 | $1 }
        low = digits[32...].reduce(0) { $0 << 4 | $1 }
    }

    var hexadecimal: [UInt8] {
        [high, low].flatMap { half in
            (0..<32).map { place in
                let digit = UInt8(truncatingIfNeeded: half >> (124 - 4 * place)) & 15
                return digit < 10 ? digit + 0x30 : digit + 0x57
            }
        }
    }

    static func < (left: Digest, right: Digest) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}
