/// Text that nobody may read by accident: printing, interpolating and dumping it all say `<redacted>`.
package struct Secret: Hashable, Sendable, Unprinted {
    /// The text itself, to be used where it is sent or signed and nowhere else.
    package let revealed: String

    package init(_ text: String) {
        revealed = text
    }

    package var description: String { "<redacted>" }
}
