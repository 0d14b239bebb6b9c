/// Everything that follows from the state of a location at a moment.
package struct Plan: Sendable {
    /// To be durable before anything is sent: removals, or that a first list may have been sent.
    package internal(set) var toRecord: Batch?
    package internal(set) var decisions: [PlannedVerdict] = []
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
