/// How long to wait before the next try: doubling, with the whole of what exceeds the first step left to chance.
package struct Backoff: Hashable, Sendable {
    package let initial: Duration
    package let maximum: Duration

    package init(initial: Duration, maximum: Duration) {
        self.initial = initial
        self.maximum = maximum
    }

    /// Between `initial` and `initial` · 2^attempts, never above `maximum`; `attempts` counts from 1, jitter is 0..<1.
    package func delay(afterAttempts attempts: Int, jitter: Double) -> Duration {
        var ceiling = initial
        for _ in 0..<min(max(attempts, 0), 30) where ceiling < maximum { ceiling = ceiling * 2 }
        ceiling = min(ceiling, maximum)
        return ceiling <= initial ? ceiling : initial + (ceiling - initial) * jitter
    }
}

/// What is broken at some scope, since when, and when it is asked again.
package struct Trouble: Hashable, Sendable {
    package private(set) var error: Failure
    package let since: ContinuousClock.Instant
    package private(set) var attempts = 0
    package private(set) var retryAt: ContinuousClock.Instant

    package init(_ error: Failure, at now: ContinuousClock.Instant) {
        self.error = error
        since = now
        retryAt = now
    }

    /// Counts one more failure and puts the next try off.
    package mutating func note(
        _ error: Failure, at now: ContinuousClock.Instant, backoff: Backoff, jitter: Double, atLeast: Duration? = nil
    ) {
        self.error = error
        attempts += 1
        retryAt = now + max(backoff.delay(afterAttempts: attempts, jitter: jitter), atLeast ?? .zero)
    }
}
