import Linux

/// A ledger that cannot be read: its location pauses, since an empty one in its place would lock people out or in.
package struct LedgerTrouble: Error, Hashable, Sendable, CustomStringConvertible {
    package let location: String
    package let reason: String

    package init(location: String, reason: String) {
        (self.location, self.reason) = (location, reason)
    }

    package var description: String { reason }
}
