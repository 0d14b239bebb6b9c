/// Holds a wall clock that jumps against the monotonic one: a broken clock must not evict everybody.
///
/// After a jump, time goes on from where it was trusted last, until a server's `Date` agrees with the new time, or for
/// at most ten minutes.
package struct ClockGuard: Sendable {
    /// How far the two clocks may part before the wall clock is doubted.
    package static let tolerance = Duration.seconds(60)
    /// How near a server's date has to be to settle a doubt.
    package static let agreement = Duration.seconds(300)
    package static let patience = Duration.seconds(600)
    /// How long nothing need have been recorded while a worker ran.
    package static let longestSilence = Duration.seconds(3_600)

    private var trusted: (wall: Timestamp, monotonic: ContinuousClock.Instant)
    /// Since when the wall clock is doubted.
    package private(set) var doubtedSince: ContinuousClock.Instant? {
        didSet { if doubtedSince == nil { isAheadAtStart = false } }
    }

    /// The clock of this start was ahead of what was recorded last: the host may have been off, or the clock be wrong.
    private var isAheadAtStart = false

    /// `recorded` is the latest time that an earlier life wrote down; a clock that is behind it, or far ahead, is doubted
    /// at once.
    package init(wall: Timestamp, monotonic: ContinuousClock.Instant, recorded: Timestamp?) {
        trusted = (wall, monotonic)
        guard let recorded else { return }
        isAheadAtStart = wall > recorded + Self.longestSilence
        guard isAheadAtStart || wall + Self.tolerance < recorded else { return }
        trusted.wall = recorded
        doubtedSince = monotonic
    }

    package var isDoubting: Bool { doubtedSince != nil }

    /// False while it is not known whether the time that passed before this start is true: requests are read then that
    /// nobody can put into their order.
    package var mayJudge: Bool { doubtedSince == nil || !isAheadAtStart }

    /// The time to live by; call it for every reading of the clocks.
    package mutating func time(wall: Timestamp, monotonic: ContinuousClock.Instant) -> Timestamp {
        let expected = trusted.wall + (monotonic - trusted.monotonic)
        let isApart = wall > expected + Self.tolerance || wall + Self.tolerance < expected
        if !isApart {
            // It came back by itself, or slews gently: follow it.
            doubtedSince = nil
        } else if let since = doubtedSince, monotonic - since >= Self.patience {
            doubtedSince = nil
        } else {
            doubtedSince = doubtedSince ?? monotonic
            return expected
        }
        trusted = (wall, monotonic)
        return wall
    }

    /// A server's `Date`; true where it ends a doubt.
    package mutating func hear(_ date: Timestamp, wall: Timestamp, monotonic: ContinuousClock.Instant) -> Bool {
        guard isDoubting, wall <= date + Self.agreement, date <= wall + Self.agreement else { return false }
        doubtedSince = nil
        trusted = (wall, monotonic)
        return true
    }
}
