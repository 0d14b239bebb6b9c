/// What Entra gave us to speak to Graph with; opaque, since Microsoft forbids reading it.
package struct AccessToken: Equatable, Sendable {
    package let secret: Secret
    /// Counted from receipt on the monotonic clock: the times inside the token are backdated by five minutes.
    package let expiresAt: ContinuousClock.Instant

    package init(_ secret: Secret, expiresAt: ContinuousClock.Instant) {
        self.secret = secret
        self.expiresAt = expiresAt
    }

    package func isAlive(at now: ContinuousClock.Instant) -> Bool {
        now < expiresAt
    }
}
