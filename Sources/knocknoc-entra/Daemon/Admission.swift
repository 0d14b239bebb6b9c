import Grants
import Linux
import Spool

/// Brings requests from `incoming/` and `work/` to their locations, once their submitters are known.
final class Admission {
    private let intake: Intake
    private let callers: Callers
    private let storage: Storage
    private let scheduler: Scheduler
    private let locations: Locations
    private let maxItems: Int

    init(
        _ intake: Intake, _ callers: Callers, _ storage: Storage, _ scheduler: Scheduler, _ locations: Locations,
        maxItems: Int
    ) {
        (self.intake, self.callers, self.storage) = (intake, callers, storage)
        (self.scheduler, self.locations, self.maxItems) = (scheduler, locations, maxItems)
    }

    /// Claimed and without a verdict, but for what only a person can go on with.
    var itemsInMemory: Int {
        locations.itemCount + storage.rejected.count + intake.work.unseen.count + callers.count
    }

    func takeArrivals(at now: Moment) throws(SystemError) {
        if intake.isLookDue(at: now) { parkWhatIsBlocked(at: now) }
        guard let candidates = try intake.look(itemsInMemory, at: now) else { return }
        judge(intake.work.takeUnseen(), at: now)
        if intake.isCautious {
            for claim in try intake.claimUnread(candidates, at: now) { try judgeAlone(claim, at: now) }
        } else {
            if !candidates.isEmpty { try? intake.work.mark.begin() }
            defer { if !candidates.isEmpty { try? intake.work.mark.end() } }
            for arrival in try intake.claim(candidates, at: now) { authorise(arrival, at: now) }
            if intake.canMove { callers.forgetUnclaimed() }
        }
    }

    /// Reads claims in `work/` and judges them.
    func judge(
        _ claims: [ClaimName], at now: Moment,
        claimedAt: ((ClaimName) -> (ContinuousClock.Instant, Duration))? = nil
    ) {
        guard !claims.isEmpty else { return }
        intake.work.marking {
            for claim in claims {
                if let arrival = intake.work.read(claim) {
                    authorise(arrival, claimedAt: claimedAt?(claim), at: now)
                }
            }
        }
        if !intake.work.unseen.isEmpty { intake.lookAgain(at: now) }
    }

    /// One that may have crashed the worker; it stays under suspicion while its submitter is not known.
    func judgeAlone(_ claim: ClaimName, at now: Moment) throws(SystemError) {
        try? intake.work.mark.begin(suspect: claim)
        defer {
            if callers.isUnproved(claim) { try? intake.work.mark.pause() } else { try? intake.work.mark.end() }
        }
        if let arrival = intake.work.read(claim) { authorise(arrival, at: now) }
        try admitProved(isMarked: true, at: now)
    }

    private func authorise(_ arrival: Arrival, claimedAt: (ContinuousClock.Instant, Duration)? = nil, at now: Moment) {
        let (instant, shutTime) = claimedAt ?? (now.monotonic, scheduler.limiter.shutTime(at: now.monotonic))
        switch arrival {
        case .refused(let file, let failure): storage.reject(Outcome(file, failed: failure))
        case .request(let file, let request, let hash):
            let item = Item(file, request, claimedAt: instant, shutTimeBefore: shutTime)
            apply(callers.judge(item, hash, at: now), isClaimed: true, at: now)
        case .unmoved(let file, let request, let hash):
            let item = Item(file, request, claimedAt: instant, shutTimeBefore: shutTime)
            if item.grant == nil {
                apply(callers.judge(item, hash, isClaimed: false, at: now), isClaimed: false, at: now)
            }
        }
    }

    private func apply(_ ruling: Callers.Ruling, isClaimed: Bool, at now: Moment) {
        switch ruling {
        case .accepted(let item): enqueue(item, at: now)
        case .acceptedInPlace(let item):
            guard case .removal(let removal) = item.content else { return }
            let place = locations.place(of: removal, named: item.request.location, at: now)
            // One that drained while this waited for a proof has nobody left.
            if locations[place] != nil { locations.handle(.removalSeen(removal), place, at: now) }
        // What could not be moved out of `incoming/` is met there again.
        case .refused(let outcome): if isClaimed { storage.reject(outcome) }
        case .proved, .waits: break
        }
    }

    /// Judges what an earlier life left in `work/` without a verdict; what may have crashed it goes alone.
    func judgeLeftovers(_ claims: [ClaimName], at now: Moment) throws(SystemError) {
        let suspects = intake.work.mark.suspects
        for outcome in try intake.work.takeAbandoned(claims) { storage.reject(outcome) }
        for claim in claims where (suspects[claim] ?? .max) < PoisonMark.crashLimit {
            try judgeAlone(claim, at: now)
        }
        judge(claims.filter { suspects[$0] == nil }, at: now)
        if !intake.work.unseen.isEmpty { intake.lookAgain(at: now) }
    }

    /// Of an item whose submitter may make such a request.
    private func enqueue(_ item: Item, at now: Moment) {
        var name = item.request.location
        if case .removal(let removal) = item.content { name = locations.place(of: removal, named: name, at: now) }
        guard locations[name] != nil else {
            // It drained while this waited for a proof or for room.
            let failure = Failure(.spool003, "location \(name) has left the configuration, and nobody is left in it")
            return storage.reject(Outcome(item, failed: failure))
        }
        locations.handle(.admitted(item, mayWait: shouldPark(name, at: now)), name, at: now)
    }

    /// Lets in what was proved, once that is on disk.
    func admitProved(isMarked: Bool = false, at now: Moment) throws(SystemError) {
        let items = try callers.takeProved(storage, at: now)
        guard !items.isEmpty else { return }
        let enqueueAll = { for item in items { self.enqueue(item, at: now) } }
        if isMarked { enqueueAll() } else { intake.work.marking(enqueueAll) }
    }

    func judgeAgain(_ concerned: [Unproved], at now: Moment) {
        guard !concerned.isEmpty else { return }
        let mark = intake.work.mark
        let isSuspect = { (unproved: Unproved) in mark.suspects[unproved.item.claim] != nil }
        intake.work.marking {
            for unproved in concerned where !isSuspect(unproved) {
                apply(callers.prove(unproved, at: now), isClaimed: unproved.isClaimed, at: now)
            }
        }
        for unproved in concerned where isSuspect(unproved) {
            try? mark.begin(suspect: unproved.item.claim)
            apply(callers.prove(unproved, at: now), isClaimed: unproved.isClaimed, at: now)
            if callers.isUnproved(unproved.item.claim) { try? mark.pause() } else { try? mark.end() }
        }
    }

    /// What locations that cannot be served may hold of `maxItems`, so that revokes and other locations' requests are
    /// read however many grants wait for them.
    private var share: Int { maxItems / 4 }

    /// Whether a grant is parked: where it could not be sent now, or where memory is full.
    private func shouldPark(_ location: String, at now: Moment) -> Bool {
        let count = itemsInMemory
        return count > maxItems || count > share && isBlocked(location, at: now)
    }

    private func isBlocked(_ location: String, at now: Moment) -> Bool {
        scheduler.wideTrouble(at: now) != nil || locations[location]?.standing.trouble != nil
    }

    /// Parks what was taken before its location turned out not to be served, so that there is room for others.
    private func parkWhatIsBlocked(at now: Moment) {
        guard itemsInMemory >= maxItems / 2 else { return }
        for machine in locations.served where isBlocked(machine.name, at: now) {
            let surplus = machine.surplus(beyond: share / 2)
            if !surplus.isEmpty { locations.handle(.parked(surplus), machine.name, at: now) }
        }
    }

    /// Whether there is room for parked items: of a location, or of callers where `location` is nil.
    private func hasRoom(for location: String?, at now: Moment) -> Bool {
        guard intake.work.mayList(at: now) else { return false }
        return itemsInMemory < max(room(for: location, at: now) / 2, 1)
    }

    private func room(for location: String?, at now: Moment) -> Int {
        guard let location else { return share }
        return isBlocked(location, at: now) ? share : share * 3
    }

    private typealias Source = (location: String?, parked: Parked)

    /// Where parked items could be read again now, those that can be served first.
    private func parkedSources(at now: Moment) -> [Source] {
        let (blocked, served) = locations.all.filter { !$0.isPaused }.reduce(into: ([Source](), [Source]())) {
            if isBlocked($1.name, at: now) {
                $0.0.append(($1.name, $1.parked))
            } else {
                $0.1.append(($1.name, $1.parked))
            }
        }
        var sources = served + blocked
        sources.append((nil, callers.parked))
        return sources.filter { !$0.parked.isEmpty && hasRoom(for: $0.location, at: now) }
    }

    /// Parked items can be read again at once.
    func mayTakeParked(at now: Moment) -> Bool { !parkedSources(at: now).isEmpty }

    /// Reads parked items again, the oldest first, as room comes; their age counts from their first claim.
    func takeParked(at now: Moment) {
        let sources = parkedSources(at: now)
        guard !sources.isEmpty, let claims = intake.work.claims(at: now) else { return }
        var shutTimes: [UInt64: Duration] = [:]
        let count = itemsInMemory
        for (location, parked) in sources {
            let room = max(self.room(for: location, at: now) - count - shutTimes.count, location == nil ? 1 : 0)
            for number in parked.numbers.prefix(room) { shutTimes[number] = parked.shutTimeBefore }
            if let location {
                locations.handle(.unparked(room), location, at: now)
            } else {
                callers.forgetParked(room)
            }
        }
        judge(claims.filter { shutTimes[$0.number] != nil }, at: now) { claim in
            // The number of a claim is the time at which it was made.
            (now.monotonic - max(now.wall - claim.madeAt, .zero), shutTimes[claim.number] ?? .zero)
        }
    }
}

extension Item {
    init(
        _ file: Claim.File, _ request: GrantRequest, claimedAt: ContinuousClock.Instant, shutTimeBefore: Duration
    ) {
        self.init(
            file.claim, request, owner: file.status.owner, isRetry: file.isRetry, claimedAt: claimedAt,
            shutTimeBefore: shutTimeBefore)
    }
}
