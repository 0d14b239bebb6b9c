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

    /// The range that two disjoint siblings make together.
    private static func parent(of left: CIDR, _ right: CIDR) -> CIDR? {
        guard left.prefixLength == right.prefixLength, left.prefixLength > AddressPolicy.widestPrefix else {
            return nil
        }
        let parent = left.widened(to: left.prefixLength - 1)
        return parent.contains(right) ? parent : nil
    }
}
