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
