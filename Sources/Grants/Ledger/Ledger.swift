/// Who holds which addresses of one named location until when, and what is over but must not come back.
///
/// The result is a function of the requests alone: they are ordered by `Order`, however they arrive or are batched.
package struct Ledger: Hashable, Sendable {
    package let location: String
    /// The named location's GUID at Graph, lower case.
    package let id: String
    /// How long what is over is remembered, from the moment it is over; a change counts for what comes.
    package var memory: Duration
    private(set) var table = LeaseTable()
    package internal(set) var tombstones = Tombstones()
    package internal(set) var endings = Endings()
    /// Removals and endings issued up to then may be forgotten, so that a grant of that time can no longer be judged.
    package internal(set) var forgotten: Timestamp?
    package var confirmation = Confirmation.never
    package private(set) var departures = Departures()
    /// What the list holds when nothing else does; nil where no worker has said so yet.
    package var sentinel: CIDR?
    package private(set) var lists = LedgerLists()
    /// As they were recorded.
    private(set) var recordedLists = LedgerLists()
    /// Verdicts whose moves are not known to be on disk: a claim that stands here is finished at the next start.
    package private(set) var settling: [ClaimName: Verdict] = [:]
    private(set) var touchedVerdicts: Set<ClaimName> = []

    package init(location: String, id: String, memory: Duration) {
        self.location = location
        self.id = id
        self.memory = memory
    }

    /// Puts back what was recorded.
    package init(
        location: String, id: String, memory: Duration, confirmation: Confirmation, leases: [Lease],
        tombstones: [Tombstones.Tombstone], endings: [(LeaseKey, Endings.Ending)], forgotten: Timestamp?,
        sentinel: CIDR?, lists: LedgerLists, departures: [(CIDR, Departures.Departure)],
        settling: [ClaimName: Verdict]
    ) {
        self.init(location: location, id: id, memory: memory)
        self.confirmation = confirmation
        table = LeaseTable(leases)
        for tombstone in tombstones { self.tombstones.insert(tombstone) }
        for (key, ending) in endings { self.endings.note(key, ending) }
        self.forgotten = forgotten
        (self.sentinel, self.lists) = (sentinel, lists)
        self.departures = Departures(Dictionary(departures) { _, last in last })
        self.settling = settling
        wasRecorded()
    }

    package var leases: [LeaseKey: Lease] { table.byKey }

    /// The list that Graph took last, also where a later one may have arrived; empty before the first.
    package var listed: [CIDR] { lists.confirmed }

    /// What was pinned then, and the sentinel: no lease accounts for them.
    package var kept: [CIDR] { lists.kept }

    /// Ranges of lists that were sent since, and whose end nobody knows.
    package var perhapsListed: [CIDR] { lists.perhaps }

    /// Ranges that were there before us and that somebody decided to keep; they count as pinned.
    package var adopted: [CIDR] {
        get { lists.adopted }
        set { lists.adopted = newValue }
    }

    /// The list that Graph is known to hold.
    package var confirmedList: [CIDR]? { confirmation == .confirmed ? listed : nil }

    /// When the next lease ends; in the past where one is over and was not ended yet.
    package var nextEnd: Timestamp? { table.nextEnd }

    /// The next moment at which a lease starts or ends, or nil.
    package func nextChange(after now: Timestamp) -> Timestamp? {
        guard let end = table.nextEnd else { return nil }
        return min(end, table.nextStart(after: now) ?? end)
    }

    /// Why a grant cannot be applied, or nil.
    package func refusal(of grant: Lease, at now: Timestamp) -> Failure? {
        if grant.expiresAt <= now {
            return Failure(
                .spool004, "the grant ended at \(grant.expiresAt), before \(now) when its turn came; issue a new one")
        }
        if tombstones.remainder(of: grant).isEmpty {
            return Failure(
                .spool005,
                "a revoke or flush of \(location) issued at or after \(grant.order.issuedAt) covers this grant; "
                    + "if access is wanted again, issue a new grant")
        }
        if isOlderThanMemory(grant, at: now) {
            return Failure(
                .spool005,
                "it was issued at \(grant.order.issuedAt), and what was revoked since is no longer remembered; "
                    + "if access is wanted again, issue a new grant")
        }
        return nil
    }

    /// Ends what a removal covers and remembers it; the answer says what it met.
    package mutating func apply(_ removal: Removal, at now: Timestamp) -> RemovalEffect {
        var effect = RemovalEffect()
        var gone: [CIDR] = []
        for (lease, rest) in table.leases(metBy: removal) {
            if removal.precedes(lease.order) {
                effect.metNewer = true
            } else {
                effect.endedSomething = true
                gone += lease.ranges.filter { !rest.contains($0) }
                end(lease, leaving: rest, at: now)
            }
        }
        depart(gone, removal.cause, since: now, at: now)
        effect.endedSomething = effect.endedSomething || tombstones[removal]?.endedSomething ?? false
        tombstones.insert(
            .init(removal: removal, endedSomething: effect.endedSomething, until: now + memory))
        boundMemory()
        return effect
    }

    /// Leases that a removal concerns, whatever their age, with what it would leave of each.
    package func leases(metBy removal: Removal) -> [(lease: Lease, rest: [CIDR])] {
        table.leases(metBy: removal)
    }

    /// Notes that a removal also ended a grant that was waiting, for the day it is judged again.
    package mutating func noteEndedSomething(_ removal: Removal, at now: Timestamp) {
        tombstones.insert(.init(removal: removal, endedSomething: true, until: now + memory))
    }

    /// Enters a grant that Graph has taken.
    package mutating func take(_ grant: Lease, at now: Timestamp) -> GrantEffect {
        var lease = grant
        lease.ranges = remainder(of: grant, at: now)
        guard !lease.ranges.isEmpty else { return .refused }
        if isSuperseded(grant) {
            depart(grant.ranges, .replaced, since: now, at: now)
            return .superseded
        }
        let former = table[lease.key]?.ranges ?? []
        table.insert(lease)
        // A revoke of some of them came while the list was under way.
        depart(grant.ranges.filter { !lease.ranges.contains($0) }, .revoked, since: now, at: now)
        depart(former.filter { !lease.ranges.contains($0) }, .replaced, since: now, at: now)
        return .applied
    }

    /// A grant refused by time or ledger still supersedes what is older, and nothing older may come to life after it.
    package mutating func remember(refused grant: Lease, at now: Timestamp) {
        if let held = table[grant.key], held.order < grant.order {
            table.remove(grant.key)
            depart(held.ranges, .replaced, since: now, at: now)
        }
        depart(grant.ranges, .refused, since: now, at: now)
        markEnded(grant.key, grant.order, at: now)
    }

    /// Ends the leases whose time is over; cheap while there are none.
    package mutating func expire(at now: Timestamp) -> [Lease] {
        let over = table.leases(overAt: now)
        for lease in over { end(lease, leaving: [], at: now) }
        // Since the last of its holders left.
        let ends = Dictionary(
            over.flatMap { lease in lease.ranges.map { ($0, lease.expiresAt) } }, uniquingKeysWith: max)
        depart(ends.map { ($0, Departures.Departure(cause: .expired, since: $1)) }, at: now)
        return over
    }

    /// Ends a lease that Graph refuses, for good.
    package mutating func refuse(_ key: LeaseKey, at now: Timestamp) -> Lease? {
        guard let lease = table[key] else { return nil }
        end(lease, leaving: [], at: now)
        depart(lease.ranges, .refused, since: now, at: now)
        return lease
    }

    /// Notes that ranges have to leave Graph, if it has them; what others hold leaves when the last of them does.
    package mutating func depart(_ ranges: [CIDR], _ cause: Departures.Cause, since: Timestamp, at now: Timestamp) {
        depart(ranges.map { ($0, Departures.Departure(cause: cause, since: since)) }, at: now)
    }

    private mutating func depart(_ gone: [(CIDR, Departures.Departure)], at now: Timestamp) {
        // A list that is under way may hold any of them.
        let listed = gone.filter { confirmation == .unconfirmed || self.listed.touches($0.0) }
        guard !listed.isEmpty else { return }
        let held = table.held(at: now, touching: listed.map(\.0))
        for (range, departure) in listed where !held.covers(range) { departures.note(range, departure) }
    }

    /// The list of this moment is sent.
    package mutating func willSend() {
        confirmation = .unconfirmed
        departures.wereSent()
    }

    /// The list that was sent may have arrived, or may still.
    package mutating func mayBeHeld(_ list: [CIDR]) {
        lists.perhaps = IPRangeSet.union(of: lists.perhaps + list)
    }

    /// Graph has taken a list; what had to leave after it was sent still has to.
    package mutating func confirm(_ list: [CIDR], kept: [CIDR]) {
        confirmation = .confirmed
        (lists.confirmed, lists.perhaps, lists.kept) = (list, [], IPRangeSet.union(of: kept))
        departures.wereTaken(with: list)
    }

    /// The item's move to its verdict follows.
    mutating func settle(_ claim: ClaimName, as verdict: Verdict) {
        settling[claim] = verdict
        touchedVerdicts.insert(claim)
    }

    /// The moves of these are on disk.
    mutating func forgetVerdicts(of claims: some Sequence<ClaimName>) {
        for claim in claims where settling.removeValue(forKey: claim) != nil { touchedVerdicts.insert(claim) }
    }

    /// All of it is on disk.
    package mutating func wasRecorded() {
        table.wasRecorded()
        endings.wasRecorded()
        tombstones.wasRecorded()
        departures.wasRecorded()
        (recordedLists, touchedVerdicts) = (lists, [])
    }

    /// Whether something newer of the same key is known.
    package func isSuperseded(_ grant: Lease) -> Bool {
        if let ending = endings[grant.key], grant.order < ending.order { return true }
        if let held = table[grant.key], grant.order < held.order { return true }
        return false
    }

    /// What removals have left of a grant that is not in the ledger yet.
    func remainder(of grant: Lease, at now: Timestamp) -> [CIDR] {
        isOlderThanMemory(grant, at: now) ? [] : tombstones.remainder(of: grant)
    }

    private mutating func end(_ lease: Lease, leaving rest: [CIDR], at now: Timestamp) {
        if rest.isEmpty {
            table.remove(lease.key)
            markEnded(lease.key, lease.order, at: now)
        } else {
            table.leave(rest, to: lease.key)
        }
    }
}
