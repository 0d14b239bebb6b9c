import GrantCore
import Spool

/// A grant that waits in `work/` and of which memory holds the name alone.
struct Parked {
    let claim: ClaimName
    let claimedAt: ContinuousClock.Instant
    let shutTimeBefore: Duration
}

/// However many grants wait for a location that cannot be served, revokes and other locations' requests are read.
extension Worker {
    /// Whether a grant is put by: where it could not be sent now, or where memory is nearly full.
    func shouldPark(_ item: Waiting, for location: LocationState, at now: Moment) -> Bool {
        if location.isPaused { return true }
        guard item.grant != nil, crowd >= settings.batch.maxItems / 4 else { return false }
        return crowd >= settings.batch.maxItems / 4 * 3 || graph.blockingTrouble(of: location, at: now) != nil
    }

    /// Reads again what was put by, the oldest first, as room comes; its age counts from its first claim.
    func takeParked(at now: Moment) {
        guard mayTakeParked else { return }
        crowd = inHand
        try? mark.begin()
        defer { try? mark.end() }
        for location in served where !location.parked.isEmpty {
            let room = settings.batch.maxItems / 4 - crowd
            guard room > 0 else { return }
            let next = location.parked.prefix(room)
            location.parked.removeFirst(next.count)
            for parked in next { takeAgain(parked.claim, parked: parked, at: now) }
        }
    }

    var mayTakeParked: Bool {
        served.contains { !$0.parked.isEmpty } && inHand < settings.batch.maxItems / 8
    }
}
