/// What somebody may have meant.
package enum Suggestion {
    /// The known word nearest to a misspelt one; nil where none is near.
    package static func closest(to text: String, among known: [String]) -> String? {
        let wanted = Array(text.lowercased().unicodeScalars)
        if let same = known.first(where: { $0.lowercased() == text.lowercased() }) { return same }
        guard (2...64).contains(wanted.count) else { return nil }
        var best: (word: String, distance: Int)?
        for word in known {
            let letters = Array(word.lowercased().unicodeScalars)
            // A third of the word may be wrong, or it stops early: "expire", "duration".
            let limit = max(1, min(wanted.count, letters.count) / 3)
            let isCut = wanted.count >= 3 && letters.starts(with: wanted)
            guard isCut || abs(letters.count - wanted.count) <= limit else { continue }
            let distance = distance(wanted, letters)
            guard isCut || distance <= limit, distance < best?.distance ?? .max else { continue }
            best = (word, distance)
        }
        return best?.word
    }

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
                var cost = min(replaced, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
