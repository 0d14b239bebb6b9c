/// How requests about one location have fared at Graph.
package struct Standing: Sendable {
    /// A GET has shown in this life that it is an IP location.
    package private(set) var isKnown = false
    package private(set) var trouble: Trouble?
    /// What the next list would take away although nothing has ended it; such a list is never sent.
    package private(set) var unexplained: [CIDR] = []
    /// A write met the trouble, so only a write shows that it is over.
    private var isMetByWrite = false
    /// One 404 was seen; the second counts.
    private var sawNotFound = false
    /// A request was tried again already with a fresh access token.
    private var retriedWithFreshToken = false

    init() {}

    /// It was read, and may be written from now on.
    mutating func wasRead() -> Bool {
        isKnown = true
        retriedWithFreshToken = false
        return isMetByWrite ? false : endTrouble()
    }

    /// Graph took a list, so nothing is wrong here; true where something was.
    mutating func wasWritten() -> Bool {
        sawNotFound = false
        unexplained = []
        retriedWithFreshToken = false
        return endTrouble()
    }

    /// Whether a failure counts: a refused token is tried again with a fresh one, and a 404 is read once more, since
    /// stray ones come while Entra replicates.
    mutating func counts(_ failure: Failure) -> Bool {
        switch failure.code {
        case .entra001 where !retriedWithFreshToken:
            retriedWithFreshToken = true
            return false
        case .entra052:
            isKnown = false
            guard sawNotFound else {
                sawNotFound = true
                return false
            }
        case .entra053: isKnown = false
        default: break
        }
        return true
    }

    mutating func note(
        _ failure: Failure, _ retry: RetrySettings, byWrite: Bool, jitter: Double, wait: Duration?, at now: Moment
    ) -> Trouble {
        isMetByWrite = isMetByWrite || byWrite
        return trouble.note(failure, retry, jitter: jitter, wait: wait, at: now)
    }

    mutating func noteUnexplained(_ ranges: [CIDR]) {
        unexplained = ranges
    }

    private mutating func endTrouble() -> Bool {
        defer { (trouble, isMetByWrite) = (nil, false) }
        return trouble != nil
    }
}
