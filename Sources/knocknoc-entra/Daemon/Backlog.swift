import Spool

/// What one look at `incoming/` found, taken bit by bit: reading a hundred thousand names takes as long as a batch.
struct Backlog {
    private var candidates: ArraySlice<Incoming.Candidate> = []
    /// Younger files than these, or notes, that were seen and not remembered.
    private var hasMore = false
    private var foundAt: ContinuousClock.Instant?

    /// An older item may come in beside it meanwhile, by hand or by a producer's clock.
    private static let longestLife = Duration.seconds(1)

    init() {}

    init(_ listing: Incoming.Listing, at now: ContinuousClock.Instant) {
        candidates = listing.oldest[...]
        hasMore = listing.more > 0
        foundAt = now
    }

    /// Nothing waits that was seen.
    var isEmpty: Bool { candidates.isEmpty && !hasMore }

    /// Whether it can be taken from without another look.
    func isFresh(at now: ContinuousClock.Instant) -> Bool {
        guard !candidates.isEmpty, let foundAt else { return false }
        return foundAt + Self.longestLife > now
    }

    mutating func takeFirst(_ count: Int) -> [Incoming.Candidate] {
        let first = candidates.prefix(count)
        candidates.removeFirst(first.count)
        return Array(first)
    }
}
