/// The one gate that every request about named locations passes: Entra takes 1 a second from a whole tenant.
package struct RateLimiter: Hashable, Sendable {
    private let interval: Duration
    private var nextFree: ContinuousClock.Instant
    private var shutUntil: ContinuousClock.Instant
    /// What all 429s together asked for, the part that is still to come included.
    private var shutInAll = Duration.zero
    /// How often in a row the tenant was found throttled.
    package private(set) var throttled = 0

    package init(requestsPerSecond: Double, at now: ContinuousClock.Instant) {
        interval = .seconds(1 / requestsPerSecond)
        nextFree = now
        shutUntil = now
    }

    /// Goes on at another rate; what waits begins to age anew.
    package func continued(requestsPerSecond: Double, at now: ContinuousClock.Instant) -> RateLimiter {
        var next = RateLimiter(requestsPerSecond: requestsPerSecond, at: now)
        (next.nextFree, next.shutUntil, next.throttled) = (nextFree, shutUntil, throttled)
        next.shutInAll = max(shutUntil - now, .zero)
        return next
    }

    /// When the next request may leave.
    package var opensAt: ContinuousClock.Instant {
        max(nextFree, shutUntil)
    }

    package func isOpen(at now: ContinuousClock.Instant) -> Bool {
        opensAt <= now
    }

    /// At high rates a turn takes longer than a slot; those that it missed of late are made up for.
    package mutating func pass(at now: ContinuousClock.Instant) {
        nextFree = max(nextFree, now - max(Self.catchUp - interval, .zero)) + interval
    }

    private static let catchUp = Duration.milliseconds(50)

    /// A 429: nothing leaves until then.
    package mutating func shut(until: ContinuousClock.Instant, at now: ContinuousClock.Instant) {
        throttled += 1
        let from = max(now, shutUntil)
        guard until > from else { return }
        shutInAll += until - from
        shutUntil = until
    }

    /// Any answer but a 429.
    package mutating func wasServed() {
        throttled = 0
    }

    /// The same with what is still to come.
    package var plannedShutTime: Duration { shutInAll }

    /// How long 429s have kept the gate shut altogether; what waits does not age meanwhile.
    package func shutTime(at now: ContinuousClock.Instant) -> Duration {
        shutInAll - max(shutUntil - now, .zero)
    }
}
