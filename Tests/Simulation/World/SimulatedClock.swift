import Grants

/// Time that passes only when it is told to; the host's wall clock may be wrong by an offset.
final class SimulatedClock {
    private static let begin = Timestamp(seconds: 1_790_000_000)
    private static let monotonicBegin = ContinuousClock.now

    private(set) var elapsed = Duration.zero
    /// By how much the host's wall clock is wrong.
    var error = Duration.zero

    /// What everybody else's clock says.
    var truth: Timestamp { Self.begin + elapsed }
    /// So that many requests are issued at the same instant.
    var lastTenSeconds: Timestamp { Self.begin + .seconds(elapsed.components.seconds / 10 * 10) }
    /// What the host's clock says.
    var wall: Timestamp { truth + error }
    var monotonic: ContinuousClock.Instant { Self.monotonicBegin + elapsed }

    func advance(to moment: Duration) {
        elapsed = max(elapsed, moment)
    }
}
