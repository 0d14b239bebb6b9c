/// Operations on lists of ranges seen as one set of addresses.
package enum IPRangeSet {
    /// Sorted; duplicates and what another range covers are dropped.
    package static func union(of ranges: some Sequence<CIDR>) -> [CIDR] {
        var kept: [CIDR] = []
        // Ranges nest or are apart, and a wider one sorts before what it contains: only the last kept can cover the next.
        for range in ranges.sorted() where kept.last?.contains(range) != true {
            kept.append(range)
        }
        return kept
    }

    /// The fewest ranges for the same addresses, none made wider than /8.
    package static func merged(_ ranges: some Sequence<CIDR>) -> [CIDR] {
        var stack: [CIDR] = []
        for range in union(of: ranges) {
            var candidate = range
            while let left = stack.last, let parent = parent(of: left, candidate) {
                stack.removeLast()
                candidate = parent
            }
            stack.append(candidate)
        }
        return stack
    }

    /// The addresses of `ranges` that none of `others` covers.
    package static func subtracting(_ others: some Sequence<CIDR>, from ranges: some Sequence<CIDR>) -> [CIDR] {
        let covers = union(of: others)
        var rest: [CIDR] = []
        var open = Array(union(of: ranges).reversed())
        while let range = open.popLast() {
            if covers.covers(range) { continue }
            if covers.touches(range), let (lower, upper) = range.halves {
                open += [upper, lower]
            } else {
                rest.append(range)
            }
        }
        return rest
    }

    /// The range that two disjoint siblings make together.
    private static func parent(of left: CIDR, _ right: CIDR) -> CIDR? {
        guard left.prefixLength == right.prefixLength, left.prefixLength > AddressPolicy.widestPrefix else {
            return nil
        }
        let parent = left.widened(to: left.prefixLength - 1)
        return parent.contains(right) ? parent : nil
    }
}

/// Look-ups in a list that is sorted and free of overlaps, as `IPRangeSet` makes them.
extension [CIDR] {
    /// Whether one of the ranges holds all of this one.
    package func covers(_ range: CIDR) -> Bool {
        let next = partitioningIndex { $0 > range }
        return next > startIndex && self[next - 1].contains(range)
    }

    /// Whether any address is in both.
    package func touches(_ range: CIDR) -> Bool {
        let next = partitioningIndex { $0 > range }
        return covers(range) || (next < endIndex && range.contains(self[next]))
    }
}
