/// How often failed requests are made again, and how long items wait for them.
package struct RetrySettings: Sendable {
    package var giveUpAfter: Duration
    /// How long 429s may hold up a grant altogether.
    package var longestThrottle: Duration
    package var grace: Duration
    package var initialBackoff: Duration
    package var maxBackoff: Duration
    /// A lost write may arrive this late; then the list is written once more.
    package var secondWriteAfter: Duration

    package init(
        giveUpAfter: Duration = .seconds(600), longestThrottle: Duration = .seconds(3_600),
        grace: Duration = .seconds(30), initialBackoff: Duration = .seconds(2), maxBackoff: Duration = .seconds(120),
        secondWriteAfter: Duration = .seconds(60)
    ) {
        (self.giveUpAfter, self.grace, self.secondWriteAfter) = (giveUpAfter, grace, secondWriteAfter)
        self.longestThrottle = longestThrottle
        (self.initialBackoff, self.maxBackoff) = (initialBackoff, maxBackoff)
    }

    /// How long an item waits for a failure to end, counted from its claim.
    package func patience(for remedy: Remedy) -> Duration {
        switch remedy {
        case .fail, .isolate: .zero
        case .grace: grace
        case .tryAgain: giveUpAfter
        }
    }

    /// Grace means slow retries, but never so slow that an item fails before one of its own.
    package func backoff(for remedy: Remedy) -> Backoff {
        guard remedy == .grace else { return Backoff(initial: min(initialBackoff, maxBackoff), maximum: maxBackoff) }
        let longest = max(min(maxBackoff, grace / 2), initialBackoff)
        return Backoff(initial: min(initialBackoff, longest), maximum: longest)
    }
}
