import Entra
import Grants
import Linux
import Spool

extension Worker {
    /// Whose file it is, and who submitted it, comes before anything else; `hash` is nil where no token is asked for.
    func submit(_ item: Waiting, _ hash: [UInt8]?, isClaimed: Bool = true, at now: Moment) {
        if let refusal = settings.allowedOwners?.refusal(of: item.file.status.owner) {
            return refuse(item, refusal.failure, isClaimed: isClaimed)
        }
        guard let authentication, let hash else { return accept(item, by: nil, isClaimed: isClaimed, at: now) }
        if authentication.accepted.contains(hash, at: now.wall) {
            return accept(item, by: nil, isClaimed: isClaimed, at: now)
        }
        prove(Unproved(item: item, hash: hash, arrival: now.monotonic, isClaimed: isClaimed), at: now)
    }

    /// Judges once more those that waited for what has come, or for what is now known not to come.
    func proveAgain(at now: Moment, _ isConcerned: (Unproved.Need) -> Bool) {
        guard let authentication, authentication.unproved.contains(where: { isConcerned($0.need) }) else { return }
        crowd = inHand
        let concerned = authentication.unproved.filter { isConcerned($0.need) }
        authentication.unproved.removeAll { isConcerned($0.need) }
        try? mark.begin()
        for unproved in concerned where mark.suspects[unproved.item.file.claim] == nil { prove(unproved, at: now) }
        try? mark.end()
        for unproved in concerned where mark.suspects[unproved.item.file.claim] != nil {
            try? mark.begin(suspect: unproved.item.file.claim)
            prove(unproved, at: now)
            if authentication.isUnproved(unproved.item.file.claim) { try? mark.pause() } else { try? mark.end() }
        }
    }

    private func prove(_ unproved: Unproved, at now: Moment) {
        guard let authentication else { return }
        let item = unproved.item
        let location = location(of: item.request)
        // The first claim is when the token had to be alive; the number of a claim tells it to every later life.
        switch authentication.callers.judge(
            item.request.token, for: location.name, authorizedGroups: location.settings.authorizedGroups,
            since: unproved.arrival, date: min(now.wall, item.file.claim.madeAt), at: now.monotonic)
        {
        case .accepted(let caller):
            let line = authentication.accepted.remember(
                unproved.hash, until: now.wall + authentication.memory, at: now.wall)
            authentication.unrecorded += line ?? []
            accept(item, by: caller.objectId, isClaimed: unproved.isClaimed, at: now)
        case .refused(let refusal): refuse(item, refusal.failure, isClaimed: unproved.isClaimed)
        case .waitsForKeys(let refusal): wait(unproved, for: .keys(refusal))
        case .waitsForGroups(let member): wait(unproved, for: .groups(member))
        }
    }

    private func accept(_ item: Waiting, by submitter: String?, isClaimed: Bool, at now: Moment) {
        var item = item
        item.noteProof(by: submitter)
        if !isClaimed {
            endAtOnce(item, at: now)
        } else if let authentication {
            authentication.proved.append(item)
        } else {
            admit(item, at: now)
        }
    }

    private func refuse(_ item: Waiting, _ error: Failure, isClaimed: Bool) {
        // What could not be moved out of `incoming/` is met there again.
        if isClaimed { unreadable.append(Outcome(item, unproved: error)) }
    }

    /// Memory holds so many; of those whose key nobody knows no more are kept, lest garbage keep others from being read.
    private func wait(_ unproved: Unproved, for need: Unproved.Need) {
        guard let authentication else { return }
        var unproved = unproved
        unproved.need = need
        let limit = settings.batch.maxItems / 4
        if authentication.unproved.count < limit {
            authentication.unproved.append(unproved)
        } else if case .keys(let refusal?) = need,
            authentication.unproved.count(where: \.need.isForUnknownKey) >= limit / 2
        {
            refuse(unproved.item, refusal.failure, isClaimed: unproved.isClaimed)
        } else {
            park(unproved.item, isClaimed: unproved.isClaimed)
        }
    }

    private func park(_ item: Waiting, isClaimed: Bool) {
        crowd -= 1
        if isClaimed { authentication?.parked.append(item.file.claim, shutTime: item.shutTimeBefore) }
    }

    func mayTakeUnproved(at now: Moment) -> Bool {
        guard let authentication, !authentication.parked.isEmpty, mayList(at: now) else { return false }
        return inHand < max(settings.batch.maxItems / 8, 1)
    }

    /// Reads again what was put by without a proof, the oldest first, as room comes.
    func takeUnproved(at now: Moment) {
        guard let authentication, mayTakeUnproved(at: now), let claims = claimsInWork(at: now) else { return }
        crowd = inHand
        let shutTime = authentication.parked.shutTimeBefore
        let wanted = authentication.parked.takeFirst(max(settings.batch.maxItems / 4 - crowd, 1))
        try? mark.begin()
        defer { try? mark.end() }
        for claim in claims where wanted.contains(claim.number) {
            takeAgain(claim, claimedAt: instant(of: claim, at: now), shutTimeBefore: shutTime, at: now)
        }
    }
}
