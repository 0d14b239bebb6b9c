/// Points of time, each as often as it was put in, of which the earliest is always at hand.
struct Instants: Sendable {
    private var sorted: [Timestamp] = []

    init(_ instants: some Sequence<Timestamp> = EmptyCollection()) {
        sorted = instants.sorted()
    }

    var first: Timestamp? { sorted.first }

    func first(after now: Timestamp) -> Timestamp? {
        let index = sorted.partitioningIndex { $0 > now }
        return index < sorted.endIndex ? sorted[index] : nil
    }

    mutating func insert(_ instant: Timestamp) {
        sorted.insert(instant, at: sorted.partitioningIndex { $0 > instant })
    }

    mutating func remove(_ instant: Timestamp) {
        let index = sorted.partitioningIndex { $0 >= instant }
        if index < sorted.endIndex, sorted[index] == instant { sorted.remove(at: index) }
    }
}

extension Array {
    /// Where the elements begin of which this is true, in an array that is sorted by it.
    package func partitioningIndex(where belongsToSecondPart: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if belongsToSecondPart(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
