/// Text that nobody may read by accident: printing, interpolating and dumping it all say `<redacted>`.
package struct Secret: Equatable, Sendable {
    /// The text itself, to be used where it is sent or signed and nowhere else.
    package let revealed: String

    package init(_ text: String) {
        revealed = text
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
