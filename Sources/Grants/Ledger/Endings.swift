/// The newest order of each key whose lease ended or whose grant was refused by time or ledger.
package struct Endings: Sendable {
    package struct Ending: Hashable, Sendable {
        package let order: Order
        /// Until when it has to be remembered.
        package let until: Timestamp

        package init(order: Order, until: Timestamp) {
            (self.order, self.until) = (order, until)
        }
    }

    package private(set) var byKey: [LeaseKey: Ending] = [:]
    private(set) var forgetting = Forgetting()
    /// Came, changed or went since the ledger was recorded.
    private(set) var touched: Set<LeaseKey> = []

    package init() {}

    package subscript(key: LeaseKey) -> Ending? { byKey[key] }

    mutating func note(_ key: LeaseKey, _ ending: Ending) {
        let known = byKey[key] ?? ending
        byKey[key] = Ending(order: max(known.order, ending.order), until: max(known.until, ending.until))
        forgetting.note(ending.until)
        touched.insert(key)
    }

    /// Drops what has been remembered long enough; the answer is the newest time of issue among it.
    mutating func forget(before now: Timestamp) -> Timestamp? {
        guard forgetting.isDue(at: now) else { return nil }
        let over = byKey.filter { $0.value.until <= now }
        for key in over.keys { byKey[key] = nil }
        touched.formUnion(over.keys)
        forgetting = Forgetting(byKey.values.map(\.until))
        return over.values.map(\.order.issuedAt).max()
    }

    mutating func wasRecorded() { touched = [] }
}

extension Endings: Hashable {
    package static func == (left: Endings, right: Endings) -> Bool { left.byKey == right.byKey }

    package func hash(into hasher: inout Hasher) { hasher.combine(byKey) }
}
