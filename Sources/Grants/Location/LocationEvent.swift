/// What happens to a location; see `LocationMachine.handle`.
package enum LocationEvent: Sendable {
    /// A grant may be left in `work/` where there is no room for it.
    case admitted(Item, mayWait: Bool)
    /// A revoke or flush that cannot be moved out of `incoming/` yet takes effect; its verdict comes later.
    case removalSeen(Removal)
    case timePassed
    /// Whether a write is wanted is looked at now; what was first wanted waits for the batch to fill.
    case writeConsidered(mayAdd: Bool)
    case removalsRecorded(Ledger)
    case committed(Batch)
    /// The moves of these items are on disk, so the ledger may forget their verdicts.
    case settled([ClaimName])
    /// These wait in `work/` from now on, so that there is room for others.
    case parked(Set<ClaimName>)
    case unparked(Int)
    /// An operator decided about a list that was there before the first write.
    case decided(Adoption)
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

/// A request to Graph about one named location.
package enum LocationRequest: Hashable, Sendable {
    /// Before the first write of a life: whether it exists and is an IP location.
    case read
    /// For drift.
    case look
    case write(list: [CIDR], carrying: Set<ClaimName>, mayAdd: Bool)
}

/// How such a request ended.
package enum LocationAnswer: Sendable {
    /// The ranges as Graph returned them, and what an operator decided about them, if anything.
    case read([String], Adoption?)
    case looked([String])
    case lookFailed
    case taken(Receipt)
    case failed(LocationFailure)
}

/// A request that failed, as far as a location has to know.
package struct LocationFailure: Error, Hashable, Sendable {
    package let error: Failure
    package let scope: FaultScope
    /// A write that may have been carried out all the same, or may still be.
    package let isAmbiguous: Bool
    /// How long Graph asked to wait.
    package let wait: Duration?

    package init(_ error: Failure, scope: FaultScope, isAmbiguous: Bool, wait: Duration?) {
        self.error = error
        self.scope = scope
        self.isAmbiguous = isAmbiguous
        self.wait = wait
    }
}

/// What an event led to, for log, journal and the parts beside the machine.
package enum LocationFact: Sendable {
    case expired(Lease)
    /// Ranges that a list took away.
    case left([Leaving.Range])
    /// A list from before the first write was taken over.
    case adopted([String], Adoption)
    /// What was adopted for good was given up.
    case unpinned(Int)
    case written(list: Int, items: Int, Receipt)
    case trouble(Trouble)
    case recovered
    /// It concerns more than this location.
    case failedBeyond(LocationFailure)
    case driftSuspected
    case driftFound(added: [String], missing: [CIDR])
}
