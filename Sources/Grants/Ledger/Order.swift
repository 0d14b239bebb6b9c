/// The place of a request among the others: its time of issue, then its name; arrival plays no part.
package struct Order: Hashable, Comparable, Sendable {
    package let issuedAt: Timestamp
    package let name: ItemName

    package init(issuedAt: Timestamp, name: ItemName) {
        // A file may claim any time; what a ledger cannot write and read back must not get into one.
        self.issuedAt = issuedAt.writable
        self.name = name
    }

    package static func < (left: Order, right: Order) -> Bool {
        (left.issuedAt, left.name) < (right.issuedAt, right.name)
    }
}
