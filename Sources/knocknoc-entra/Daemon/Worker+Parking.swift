import Grants
import Spool

/// Grants that rest in `work/`, of which memory holds the numbers of their claims alone.
struct Parked {
    private(set) var numbers: [UInt64] = []
    /// How long the gate had been shut when the first of them was put by.
    private(set) var shutTimeBefore = Duration.zero

    var isEmpty: Bool { numbers.isEmpty }

    mutating func append(_ claim: ClaimName, shutTime: Duration) {
        if numbers.isEmpty { shutTimeBefore = shutTime }
        // Nearly always the newest so far.
        let place =
            numbers.last.map { $0 < claim.number } ?? true
            ? numbers.endIndex : numbers.partitioningIndex { $0 > claim.number }
        numbers.insert(claim.number, at: place)
    }

    mutating func takeFirst(_ count: Int) -> Set<UInt64> {
        let taken = numbers.prefix(count)
        numbers.removeFirst(taken.count)
        return Set(taken)
    }
}

/// However many grants wait for a location that cannot be served, revokes and other locations' requests are read.
extension Worker {
    /// What such locations may have in hand of `maxItems`.
    private var share: Int { settings.batch.maxItems / 4 }

    /// Whether a grant is put by: where it could not be sent now, or where memory is full.
    func shouldPark(_ item: Waiting, for location: LocationState, at now: Moment) -> Bool {
        if location.isPaused { return true }
        guard item.grant != nil, crowd > share else { return false }
        return crowd > settings.batch.maxItems || graph.blockingTrouble(of: location, at: now) != nil
    }

    /// Puts by what was taken before its location turned out not to be served, so that there is room for others.
    func parkWhatIsBlocked(at now: Moment) {
        for location in served where location.exchange == nil && graph.blockingTrouble(of: location, at: now) != nil {
            // What Graph has taken already and could not be recorded yet accounts for its ranges.
            let idle = location.waiting.lazy.filter { item in
                item.grant.map { !$0.ranges.contains(where: location.ledger.listed.touches) } ?? false
            }
            let surplus = Set(idle.dropFirst(share / 2).map(\.file.claim))
            guard !surplus.isEmpty else { continue }
            for item in location.waiting where surplus.contains(item.file.claim) {
                location.parked.append(item.file.claim, shutTime: item.shutTimeBefore)
            }
            location.waiting.removeAll { surplus.contains($0.file.claim) }
            location.isolation = nil
        }
    }

    /// Reads again what was put by, the oldest first, as room comes; its age counts from its first claim.
    func takeParked(at now: Moment) {
        guard mayTakeParked(at: now), let claims = claimsInWork(at: now) else { return }
        crowd = inHand
        var wanted: [UInt64: Duration] = [:]
        // Those that can be served go first.
        let waiting = served.filter { mayTakeParked(of: $0, at: now) }
            .sorted { (roomForParked(of: $0, at: now), $1.name) > (roomForParked(of: $1, at: now), $0.name) }
        for location in waiting {
            let shutTime = location.parked.shutTimeBefore
            let room = roomForParked(of: location, at: now) - crowd - wanted.count
            for number in location.parked.takeFirst(max(room, 0)) { wanted[number] = shutTime }
        }
        try? mark.begin()
        defer { try? mark.end() }
        for claim in claims {
            guard let shutTime = wanted[claim.number] else { continue }
            takeAgain(claim, claimedAt: instant(of: claim, at: now), shutTimeBefore: shutTime, at: now)
        }
    }

    /// Nil, and no further try for a second, where `work/` cannot be listed.
    func claimsInWork(at now: Moment) -> [ClaimName]? {
        let claims = try? spool.claims()
        if claims == nil { unlistedUntil = now.monotonic + .seconds(1) }
        return claims
    }

    /// Whether `work/` could be listed, as far as is known.
    func mayList(at now: Moment) -> Bool {
        unlistedUntil.map { $0 <= now.monotonic } ?? true
    }

    func mayTakeParked(at now: Moment) -> Bool {
        mayList(at: now) && served.contains { mayTakeParked(of: $0, at: now) }
    }

    private func mayTakeParked(of location: LocationState, at now: Moment) -> Bool {
        !location.parked.isEmpty && inHand < roomForParked(of: location, at: now) / 2
    }

    private func roomForParked(of location: LocationState, at now: Moment) -> Int {
        graph.blockingTrouble(of: location, at: now) == nil ? share * 3 : share
    }

    /// The number of a claim is the time at which it was made.
    func instant(of claim: ClaimName, at now: Moment) -> ContinuousClock.Instant {
        now.monotonic - max(now.wall - claim.madeAt, .zero)
    }
}
