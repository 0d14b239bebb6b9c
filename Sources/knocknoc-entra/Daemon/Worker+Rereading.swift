import Grants
import Linux
import Spool

/// What lies in `work/` is read once more: at the start, after a rest, and where the disk did not show it before.
extension Worker {
    /// Judges what an earlier life left in `work/` without a verdict; what may have brought it down goes alone.
    func judgeAgain(_ claims: [ClaimName], at now: Moment) throws(SystemError) {
        for claim in claims {
            guard let crashes = mark.suspects[claim] else { continue }
            if crashes < PoisonMark.crashLimit {
                try judgeAlone(claim, at: now)
            } else if let file = try self.claim.file(claim) {
                let detail = "the worker ended \(crashes) times while it was judging this file; keep it for a report"
                unreadable.append(Outcome(file, failed: Failure(.spool008, detail)))
                try? mark.clear(claim)
            }
        }
        try? mark.begin()
        defer { try? mark.end() }
        takeAgain(claims.filter { mark.suspects[$0] == nil && !hasItem($0) }, at: now)
    }

    func judgeAlone(_ claim: ClaimName, at now: Moment) throws(SystemError) {
        try? mark.begin(suspect: claim)
        defer {
            if authentication?.isUnproved(claim) ?? false { try? mark.pause() } else { try? mark.end() }
        }
        takeAgain([claim], at: now)
        try admitProved(isMarked: true, at: now)
    }

    private func hasItem(_ claim: ClaimName) -> Bool {
        unreadable.contains { $0.file.claim == claim } || (authentication?.holds(claim) ?? false)
            || locations.values.contains { location in
                location.waiting.contains { $0.file.claim == claim }
                    || location.refused.contains { $0.item.file.claim == claim }
            }
    }

    func takeAgain(_ claims: [ClaimName], at now: Moment) {
        crowd = inHand
        for name in claims { takeAgain(name, at: now) }
    }

    func takeAgain(
        _ name: ClaimName, claimedAt: ContinuousClock.Instant? = nil, shutTimeBefore: Duration? = nil, at now: Moment
    ) {
        do throws(SystemError) {
            var hash: [UInt8]?
            let taken = try claim.takeAgain(name) { (bytes, file) throws(Failure) in
                hash = authentication?.hash(of: bytes, as: file.claim.item)
                return try request(bytes, file, at: now)
            }
            if let taken { place(taken, hash, claimedAt: claimedAt, shutTimeBefore: shutTimeBefore, at: now) }
        } catch {
            unseen[name] = error
            let again = now.monotonic + .seconds(1)
            lookAgainAt = min(lookAgainAt ?? again, again)
        }
    }
}
