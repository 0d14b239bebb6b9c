/// Everything that follows from the state of a location at a moment.
package struct Plan: Sendable {
    /// To be durable before anything is sent: removals, or that a first list may have been sent.
    package internal(set) var toRecord: Ledger?
    /// To be committed.
    package internal(set) var batch: Batch?
    package internal(set) var request: Wish?
    /// A read for drift is under way, and something better is to do.
    package internal(set) var givesUpLook = false
    package internal(set) var alarms: [LocationAlarm] = []
    /// When it changes though nothing happens.
    package internal(set) var wakeAt: ContinuousClock.Instant?

    /// A request that is wanted.
    package struct Wish: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case read
            case write
            case look
        }

        package let kind: Kind
        /// Not before.
        package let at: ContinuousClock.Instant
        /// The longest wait comes first.
        package let since: ContinuousClock.Instant
    }

    mutating func wake(at instant: ContinuousClock.Instant?) {
        guard let instant else { return }
        wakeAt = min(wakeAt ?? instant, instant)
    }
}

/// What of the world beside its location a plan depends on.
package struct Conditions: Hashable, Sendable {
    /// Whether something can be recorded and there is room to add.
    package let mayAdd: Bool
    /// What keeps every location from being written.
    package let trouble: Failure?
    /// How long 429s have shut the gate so far.
    package let shutTime: Duration
    /// How much longer it is shut.
    package let shutRest: Duration

    package init(mayAdd: Bool, trouble: Failure?, shutTime: Duration, shutRest: Duration) {
        self.mayAdd = mayAdd
        self.trouble = trouble
        self.shutTime = shutTime
        self.shutRest = shutRest
    }
}

/// What is wrong at a location and an operator should know.
package enum LocationAlarm: Hashable, Sendable {
    /// Ended or revoked, and still in Entra.
    case overdue([CIDR], since: Timestamp)
    case unexplained([CIDR])
    /// 90 % of what Entra takes.
    case nearlyFull(Int)
    /// Leases that the list cannot show.
    case overfull([Lease])
}
