/// The items of one location that have no verdict, each with its stage, in the order of their arrival.
package struct ItemTable: Sendable {
    package private(set) var all: [Item] = []

    /// Some are taken or refused, and so have a verdict to commit.
    private(set) var hasDecided = false

    /// No waiting grant ends before.
    private var soonestEnd: Timestamp?

    init() {}

    package var isEmpty: Bool { all.isEmpty }
    package var count: Int { all.count }

    /// Whether some are not refused yet.
    var hasWaiting: Bool {
        all.contains { if case .refused = $0.stage { false } else { true } }
    }

    /// What they add to the list that is wanted.
    var grants: some Sequence<Lease> { all.lazy.compactMap(\.wantedGrant) }

    mutating func append(_ item: Item) {
        all.append(item)
        if case .refused = item.stage { hasDecided = true }
        if let end = item.wantedGrant?.expiresAt { soonestEnd = min(soonestEnd ?? end, end) }
    }

    /// Those that leave, in their order.
    mutating func remove(_ claims: Set<ClaimName>) -> [Item] {
        let removed = all.filter { claims.contains($0.claim) }
        all.removeAll { claims.contains($0.claim) }
        hasDecided = all.contains { $0.stage != .waiting && $0.stage != .carried }
        return removed
    }

    /// Whether it is worth looking for waiting grants whose time is over.
    func mayHoldEnded(at now: Timestamp) -> Bool { soonestEnd.map { $0 <= now } ?? false }

    /// Refuses waiting grants that time or a removal has overtaken; the list under way decides those that it carries.
    mutating func refuseWaiting(by ledger: Ledger, at now: Timestamp) {
        for index in all.indices where all[index].stage == .waiting {
            guard let lease = all[index].grant, let failure = ledger.refusal(of: lease, at: now) else { continue }
            all[index].stage = .refused(failure)
            hasDecided = true
        }
        soonestEnd = all.lazy.filter { $0.stage == .waiting }.compactMap { $0.grant?.expiresAt }.min()
    }

    mutating func refuse(_ claims: [ClaimName], _ failure: Failure) {
        guard !claims.isEmpty else { return }
        let claims = Set(claims)
        // What time or a removal has refused already stays so: nothing older of its key may come to life.
        for index in all.indices where all[index].stage == .waiting && claims.contains(all[index].claim) {
            all[index].stage = .refused(failure)
            hasDecided = true
        }
    }

    mutating func carry(_ claims: Set<ClaimName>) {
        for index in all.indices where claims.contains(all[index].claim) { all[index].stage = .carried }
    }

    /// The list under way has ended.
    mutating func endCarrying(as stage: Item.Stage, at now: Timestamp) {
        for index in all.indices where all[index].stage == .carried {
            all[index].noteTry(at: now)
            all[index].stage = stage
            if stage != .waiting { hasDecided = true }
        }
        soonestEnd = all.lazy.compactMap { $0.wantedGrant?.expiresAt }.min()
    }

    /// Everything that waits has met a failure.
    mutating func noteTry(at now: Timestamp) {
        for index in all.indices where all[index].stage == .waiting { all[index].noteTry(at: now) }
    }
}
