/// A GUID in lower case.
package struct Identifier: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init?(_ text: String) {
        guard text.utf8.count == 36 else { return nil }
        for (index, byte) in text.utf8.enumerated() {
            switch byte {
            case 0x30...0x39, 0x41...0x46, 0x61...0x66: if [8, 13, 18, 23].contains(index) { return nil }
            case UInt8(ascii: "-"): guard [8, 13, 18, 23].contains(index) else { return nil }
            default: return nil
            }
        }
        description = text.lowercased()
    }

    /// The placeholder of the template.
    package var isZero: Bool {
        description.allSatisfy { $0 == "0" || $0 == "-" }
    }
}
