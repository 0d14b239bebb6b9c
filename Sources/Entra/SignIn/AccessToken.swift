package import Grants

/// What Entra gave us to speak to Graph with; opaque, since Microsoft forbids reading it.
package struct AccessToken: Equatable, Sendable {
    package let secret: Secret
    /// Counted from receipt on the monotonic clock: the times inside the token are backdated by five minutes.
    package let expiresAt: ContinuousClock.Instant
    package let receivedAt: ContinuousClock.Instant

    package init(_ secret: Secret, receivedAt: ContinuousClock.Instant, lifetime: Duration) {
        self.secret = secret
        self.receivedAt = receivedAt
        expiresAt = receivedAt + lifetime
    }

    package func isAlive(at now: ContinuousClock.Instant) -> Bool {
        now < expiresAt
    }
}
