/// The name of a claimed item in `work/`: its name and the number of the claim, `…~grant-alice.json#00063f2b9c41d7e5`.
///
/// The number is dropped when the item leaves, so that a retry by hand is never taken for its former life; later
/// claims have greater numbers.
package struct ClaimName: Hashable, Sendable {
    package let item: ItemName
    package let number: UInt64

    package init(item: ItemName, number: UInt64) {
        self.item = item
        self.number = number
    }

    /// A name found in `work/`; nil for anything that is not a claim.
    package init?(bytes: [UInt8]) {
        let digits = bytes.suffix(Self.digits)
        guard bytes.dropLast(Self.digits).last == UInt8(ascii: "#"), digits.count == Self.digits,
            digits.allSatisfy(\.isLowercaseHex),
            let number = UInt64(String(decoding: digits, as: UTF8.self), radix: 16),
            let item = ItemName(bytes: Array(bytes.dropLast(Self.digits + 1)))
        else { return nil }
        self.init(item: item, number: number)
    }

    package var bytes: [UInt8] {
        item.bytes + Array("#\(hexadecimal(number, Self.digits))".utf8)
    }

    /// The number alone tells nearly all claims apart, and sets of thousands are made of them.
    package func hash(into hasher: inout Hasher) { hasher.combine(number) }

    private static let digits = 16

    /// When it was claimed, by the clock of that time; claims of the same moment are a microsecond apart.
    package var madeAt: Timestamp { Timestamp(microseconds: Int64(clamping: number)) }
}

extension ClaimName: CustomStringConvertible {
    package var description: String {
        bytes.percentEscaped
    }

    /// Reads `description` back.
    package init?(escaped text: String) {
        guard let bytes = [UInt8](percentEscaped: text) else { return nil }
        self.init(bytes: bytes)
    }
}
