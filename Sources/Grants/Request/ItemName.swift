/// The name an item keeps from its first claim to its verdict: `20261120T230542.123456Z-3fa9~grant-alice.json`.
///
/// Names are bytes: a producer may use any that the file system takes, UTF-8 or not.
package struct ItemName: Hashable, Sendable {
    package let bytes: [UInt8]

    /// A name as it is found in `done/`, `failed/` or a ledger; nil where the stamp is missing.
    package init?(bytes: [UInt8]) {
        guard Self.stamp(of: bytes) != nil else { return nil }
        self.bytes = bytes
    }

    /// The name given at a claim; one that has a stamp already keeps it, so a retry keeps its id and its place.
    ///
    /// Whatever the producer chose, a claim number and `.why` find room behind it.
    package init(claiming producerName: [UInt8], arrived: Timestamp, random: UInt16) {
        if Self.stamp(of: producerName) != nil {
            let producerPart = Array(producerName[Self.prefixLength...])
            bytes = producerName[..<Self.prefixLength] + Self.shortened(producerPart)
        } else {
            bytes = Array("\(arrived.writable.stamp)-\(hexadecimal(random, 4))~".utf8) + Self.shortened(producerName)
        }
    }

    /// When the item first arrived: the clamped modification time at its first claim.
    package var stamp: Timestamp {
        Self.stamp(of: bytes) ?? Timestamp(microseconds: 0)
    }

    /// What the producer called its file, cut to 200 bytes.
    package var producerName: ArraySlice<UInt8> {
        bytes[Self.prefixLength...]
    }

    /// Whether a name already carries the stamp of an earlier claim.
    package static func isStamped(_ name: [UInt8]) -> Bool {
        stamp(of: name) != nil
    }

    /// `yyyymmddThhmmss.uuuuuuZ-xxxx~`.
    private static let prefixLength = 29

    private static func stamp(of name: [UInt8]) -> Timestamp? {
        guard name.count > prefixLength, name[23] == UInt8(ascii: "-"), name[28] == UInt8(ascii: "~"),
            name[24..<28].allSatisfy(\.isLowercaseHex)
        else { return nil }
        return Timestamp(stamp: String(decoding: name[..<23], as: UTF8.self))
    }

    /// Room for the stamp, a claim number and `.why` within the 255 bytes of a name.
    private static func shortened(_ name: [UInt8]) -> [UInt8] {
        let limit = 200
        let ending = Array(".json".utf8)
        return name.count <= limit ? name : name[..<(limit - ending.count)] + ending
    }
}

extension ItemName: Comparable {
    /// The producer's part decides first, so that the order of two requests does not depend on when they were claimed.
    package static func < (left: ItemName, right: ItemName) -> Bool {
        if left.producerName.elementsEqual(right.producerName) {
            return left.bytes.lexicographicallyPrecedes(right.bytes)
        }
        return left.producerName.lexicographicallyPrecedes(right.producerName)
    }
}

extension ItemName: CustomStringConvertible {
    /// Printable ASCII; every other byte and `%` as `%XX`.
    package var description: String {
        bytes.percentEscaped
    }

    /// Reads `description` back.
    package init?(escaped text: String) {
        guard let bytes = [UInt8](percentEscaped: text) else { return nil }
        self.init(bytes: bytes)
    }
}

extension UInt8 {
    /// How this program writes hexadecimal digits in names; anything else is somebody else's name.
    var isLowercaseHex: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
    }
}
