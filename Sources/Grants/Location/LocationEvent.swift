/// What happens to a location; see `LocationMachine.handle`.
package enum LocationEvent: Sendable {
    /// A grant may be left in `work/` where there is no room for it.
    case admitted(Item, mayWait: Bool)
    /// A revoke or flush that cannot be moved out of `incoming/` yet takes effect; its verdict comes later.
    case removalSeen(Removal)
    case timePassed
    /// Whether a write is wanted is looked at now; what was first wanted waits for the batch to fill.
    case writeConsidered(mayAdd: Bool)
    /// The verdicts of a plan; in memory first, like removals.
    case decided([PlannedVerdict])
    /// The batch is on disk.
    case recorded(Batch)
    /// The moves of these items are on disk, so the ledger may forget their verdicts.
    case settled([ClaimName])
    /// These wait in `work/` from now on, so that there is room for others.
    case parked(Set<ClaimName>)
    case unparked(Int)
    /// An operator decided about a list that was there before the first write.
    case adoptionDecided(Adoption)
    case decisionForgotten
    case sent(LocationRequest)
    case answered(LocationAnswer, jitter: Double)
    /// A read for drift is given up for something better.
    case lookCancelled
    /// A failure at a wider scope, which every item that waits has met.
    case failedElsewhere
    /// The list in hand would take away what nothing has ended.
    case unexplained([CIDR], jitter: Double)
}
