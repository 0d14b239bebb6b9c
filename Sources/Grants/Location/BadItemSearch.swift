/// Finds the items that make Graph refuse a whole list, by halving; the rest goes on.
///
/// First the list without anything new is sent. Graph refusing that too is the location's own fault. Otherwise one of
/// the new items is bad: half of the suspects is tried at a time, and what a refusal leaves open is tried later as one.
package struct BadItemSearch<Item: Hashable & Sendable>: Hashable, Sendable {
    /// What the next list should hold besides the leases that Graph has already.
    package enum Trial: Hashable, Sendable {
        case nothingNew
        case with([Item])
        case finished
    }

    /// Requests that a search may take, so that a strange location cannot use up the tenant's budget.
    package static var limit: Int { 40 }

    package private(set) var step = Trial.nothingNew
    /// Items that Graph refuses even alone.
    package private(set) var bad: [Item] = []
    /// Items that were left when the search had taken too long.
    package private(set) var unresolved: [Item] = []
    /// At least one of them is bad.
    private var suspects: [Item]
    private var untested: [Item] = []
    private var requests = 0

    package init(_ items: [Item]) {
        suspects = items
        if items.isEmpty { step = .finished }
    }

    /// Graph took the list of this step; what there was no room for in it was not tried.
    package mutating func wasAccepted(carrying carried: Set<Item>) {
        if case .with(let tried) = step {
            let gone = carried.intersection(tried)
            suspects.removeAll(where: gone.contains)
            untested.removeAll(where: gone.contains)
        }
        advance()
    }

    /// Graph refused the list of this step; false where it refuses the location whatever it holds.
    package mutating func wasRefused() -> Bool {
        switch step {
        case .nothingNew: return false
        case .with(let tried):
            let isTried = Set(tried).contains
            // One bad item among what was tried; whatever else was under suspicion is open again.
            untested = (suspects + untested).filter { !isTried($0) }
            suspects = tried
            advance()
        case .finished: break
        }
        return true
    }

    /// Items that have had their verdict meanwhile, by their end or by a revoke.
    package mutating func forget(_ items: Set<Item>) {
        let before = suspects.count
        suspects.removeAll(where: items.contains)
        untested.removeAll(where: items.contains)
        guard suspects.count < before, step != .nothingNew else {
            if suspects.isEmpty && untested.isEmpty { step = .finished }
            return
        }
        // The bad one may be among those that went, so the rest is no longer known to hold one.
        untested = suspects + untested
        suspects = []
        advance()
    }

    private mutating func advance() {
        requests += 1
        if suspects.count == 1 { bad += suspects }
        if suspects.count <= 1 {
            suspects = []
            step = untested.isEmpty ? .finished : .with(untested)
        } else {
            step = .with(Array(suspects.prefix(suspects.count / 2)))
        }
        if step != .finished && requests > Self.limit {
            unresolved = suspects + untested
            (suspects, untested, step) = ([], [], .finished)
        }
    }
}
