/// Items left in `work/`; only the numbers of their claims are kept in memory.
package struct Parked: Hashable, Sendable {
    /// In ascending order.
    package private(set) var numbers: [UInt64] = []
    /// How long the gate had been shut when the first of them was parked.
    package private(set) var shutTimeBefore = Duration.zero

    package init() {}

    package var isEmpty: Bool { numbers.isEmpty }

    package mutating func append(_ item: Item) {
        if numbers.isEmpty { shutTimeBefore = item.shutTimeBefore }
        let number = item.claim.number
        // Nearly always the newest so far.
        let place =
            numbers.last.map { $0 < number } ?? true
            ? numbers.endIndex : numbers.partitioningIndex { $0 > number }
        numbers.insert(number, at: place)
    }

    package mutating func takeFirst(_ count: Int) -> [UInt64] {
        let taken = numbers.prefix(max(count, 0))
        numbers.removeFirst(taken.count)
        return Array(taken)
    }
}
