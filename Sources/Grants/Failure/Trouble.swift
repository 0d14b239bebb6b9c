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

extension Trouble? {
    /// Counts one more failure, which begins the trouble where there is none; the answer is what it has become.
    package mutating func note(
        _ error: Failure, _ retry: RetrySettings, jitter: Double, wait: Duration?, at now: Moment
    ) -> Trouble {
        var noted = self ?? Trouble(error, at: now.monotonic)
        noted.note(error, at: now.monotonic, backoff: retry.backoff(for: error.remedy), jitter: jitter, atLeast: wait)
        self = noted
        return noted
    }
}
