/// What a list takes away from the one that Graph took last.
package struct Leaving: Hashable, Sendable {
    package struct Range: Hashable, Sendable {
        package let range: CIDR
        package let cause: Departures.Cause
    }

    package let ranges: [Range]
    /// Addresses that nobody has ended: a fault of this program or of its ledger, and no list may be sent.
    package let unexplained: [CIDR]
}
