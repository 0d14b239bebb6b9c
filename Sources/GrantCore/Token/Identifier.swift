/// A GUID in lower case.
package struct Identifier: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [8, 4, 4, 4, 12],
            parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isHexDigit } })
        else { return nil }
        description = text.lowercased()
    }

    /// The placeholder of the template.
    package var isZero: Bool {
        description.allSatisfy { $0 == "0" || $0 == "-" }
    }
}
