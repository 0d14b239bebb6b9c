/// Ranges with the number of their holders, and the fewest ranges that say the same, kept up to date.
struct Occupancy {
    private var holders: [CIDR: Int] = [:]
    /// The fewest ranges for the same addresses, sorted; see `IPRangeSet.merged`.
    private(set) var cover: [CIDR] = []

    init(_ ranges: some Sequence<CIDR>) {
        for range in ranges { holders[range, default: 0] += 1 }
        cover = IPRangeSet.merged(holders.keys)
    }

    /// Each range as it was granted where they are few enough, else merged.
    func list(limit: Int) -> [CIDR] {
        let plain = IPRangeSet.union(of: holders.keys)
        return plain.count <= limit ? plain : cover
    }

    /// Puts ranges in the place of others, unless the result has more than `limit` ranges and more than before.
    mutating func exchange(_ old: [CIDR], for new: [CIDR], limit: Int) -> Bool {
        let before = cover
        replace(old, with: new)
        if cover.count <= max(limit, before.count) { return true }
        count(new, -1)
        count(old, +1)
        cover = before
        return false
    }

    mutating func replace(_ old: [CIDR], with new: [CIDR]) {
        count(new, +1)
        if count(old, -1) {
            cover = IPRangeSet.merged(holders.keys)
        } else {
            for range in new { insert(range) }
        }
    }

    /// Whether a range has lost its last holder.
    @discardableResult
    private mutating func count(_ ranges: [CIDR], _ change: Int) -> Bool {
        var hasLost = false
        for range in ranges {
            let now = holders[range, default: 0] + change
            holders[range] = now > 0 ? now : nil
            hasLost = hasLost || now <= 0
        }
        return hasLost
    }

    private mutating func insert(_ range: CIDR) {
        var place = cover.partitioningIndex { $0 >= range }
        if place > 0, cover[place - 1].contains(range) { return }
        var end = place
        while end < cover.count, range.contains(cover[end]) { end += 1 }
        cover.replaceSubrange(place..<end, with: [range])
        // A sibling that is there makes the parent, which may have a sibling in its turn.
        while let pair = siblings(at: place) {
            cover.replaceSubrange(pair, with: [cover[place].widened(to: cover[place].prefixLength - 1)])
            place = pair.lowerBound
        }
    }

    private func siblings(at place: Int) -> ClosedRange<Int>? {
        let length = cover[place].prefixLength
        guard length > AddressPolicy.widestPrefix else { return nil }
        let parent = cover[place].widened(to: length - 1)
        for other in [place - 1, place + 1] where cover.indices.contains(other) {
            if cover[other].prefixLength == length, parent.contains(cover[other]) {
                return min(place, other)...max(place, other)
            }
        }
        return nil
    }
}
