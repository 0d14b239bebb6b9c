/// A text that equals nothing but itself, as a key: `String` takes two spellings of one character for the same.
package struct ExactText: Hashable, Sendable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package static func == (left: ExactText, right: ExactText) -> Bool { left.text.isExactly(right.text) }

    /// Equal bytes are equal Strings too, so they have one hash.
    package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension String {
    /// Code point by code point.
    package func isExactly(_ other: String) -> Bool {
        utf8.elementsEqual(other.utf8)
    }
}
