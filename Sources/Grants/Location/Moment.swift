/// One reading of both clocks, so that a turn has one idea of now.
package struct Moment: Hashable, Sendable {
    /// For leases and reports; see `ClockGuard`.
    package let wall: Timestamp
    /// For everything that waits.
    package let monotonic: ContinuousClock.Instant

    package init(wall: Timestamp, monotonic: ContinuousClock.Instant) {
        self.wall = wall
        self.monotonic = monotonic
    }

    /// When the wall clock will show a time, if neither clock is set.
    package func instant(of time: Timestamp) -> ContinuousClock.Instant {
        monotonic + max(time - wall, .zero)
    }
}
