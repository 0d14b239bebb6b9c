/// Finds what makes Graph refuse a list (400), by halving; everything else goes on.
///
/// First goes the list that only takes away. Graph refusing that too is the location's own fault. Otherwise something
/// new is bad: what is new and waits is worked out for each step, so that whatever left meanwhile blames nobody.
package struct RefusedListSearch<Suspect: Hashable & Sendable>: Hashable, Sendable {
    /// What the next list holds besides what Graph has already.
    package enum Step: Hashable, Sendable {
        case nothingNew
        case with([Suspect])
        /// Nothing new is left.
        case finished
    }

    package enum Finding: Hashable, Sendable {
        case locationAtFault
        /// Graph refuses it, also alone.
        case bad(Suspect)
        /// The search has taken too long; what is still new was not found out.
        case exhausted
    }

    /// Requests that a search may take, so that a strange location cannot use up the tenant's budget.
    package static var limit: Int { 40 }

    private var isLocationWell = false
    /// At least one of them is bad.
    private var refused: Set<Suspect>
    private var underWay = Step.nothingNew
    private var requests = 0

    /// `refused` together.
    package init(refused: some Sequence<Suspect>) {
        self.refused = Set(refused)
    }

    /// `leaves` where the next list would take something away, which never waits for a step that may be refused.
    package func next(among suspects: [Suspect], leaves: Bool) -> Step {
        guard isLocationWell && !leaves else { return .nothingNew }
        guard !suspects.isEmpty else { return .finished }
        let present = suspects.filter(refused.contains)
        if present.isEmpty { return .with(suspects) }
        // The bad one may be among those that have left, so the rest is no longer known to hold one.
        return .with(present.count < refused.count ? present : Array(present.prefix(max(present.count / 2, 1))))
    }

    package mutating func wasSent(_ step: Step) {
        underWay = step
        requests += 1
    }

    package mutating func wasAccepted() -> Finding? {
        isLocationWell = true
        guard case .with(let tried) = underWay else { return nil }
        // The bad one is among the rest of those that were refused together.
        refused.subtract(tried)
        if refused.count == 1, let last = refused.popFirst() { return .bad(last) }
        return requests >= Self.limit ? .exhausted : nil
    }

    package mutating func wasRefused() -> Finding? {
        switch underWay {
        case .nothingNew, .finished: return .locationAtFault
        case .with(let tried):
            refused = Set(tried)
            if let only = tried.first, tried.count == 1 {
                refused = []
                return .bad(only)
            }
            return requests >= Self.limit ? .exhausted : nil
        }
    }
}
