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
        return drop(byKey.filter { $0.value.until <= now })
    }

    /// Drops the oldest, so that at most so many are left; the answer is the same.
    mutating func keep(atMost count: Int) -> Timestamp? {
        let oldest = byKey.sorted { $0.value.order < $1.value.order }.prefix(max(byKey.count - count, 0))
        return drop(Dictionary(uniqueKeysWithValues: oldest.map { ($0.key, $0.value) }))
    }

    private mutating func drop(_ over: [LeaseKey: Ending]) -> Timestamp? {
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
