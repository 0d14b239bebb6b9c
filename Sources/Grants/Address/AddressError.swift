/// Why a text is not an address, in words for whoever wrote it; never holds the text itself unless it was parsed.
package struct AddressError: Error, Hashable, Sendable, CustomStringConvertible {
    package let reason: String

    package init(_ reason: String) {
        self.reason = reason
    }

    package var description: String { reason }
}
