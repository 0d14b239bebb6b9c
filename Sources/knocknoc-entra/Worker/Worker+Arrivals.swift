import GrantCore
import Spool

extension Worker {
    /// Claims what is ready, the oldest first, up to what memory should hold; nothing here waits for the network.
    func takeArrivals(at now: Moment) {
        guard mustLook || lookAgainAt.map({ $0 <= now.monotonic }) ?? false else { return }
        let room = settings.batch.maxItems - inHand
        // A look reads every name, so it has to be worth it.
        guard room > settings.batch.maxItems / 2 else { return }
        mustLook = false
        lookAgainAt = nil
        do throws(SystemError) {
            let listing = try incoming.list(upTo: room)
            try spool.absorb(listing)
            var left = listing.more
            for candidate in listing.oldest where try !take(candidate, at: now) { left += 1 }
            if !listing.codeFolders.isEmpty { mustLook = true }
            // What is still being written wakes us when it is closed; the clock covers what never tells.
            if left > 0 { lookAgainAt = now.monotonic + min(settings.batch.settleTime, .seconds(1)) }
            if listing.more > 0 { mustLook = true }
        } catch {
            log(.error, "incoming.unreadable", ["error": error.description])
            lookAgainAt = now.monotonic + .seconds(1)
        }
    }

    /// Reads again what an earlier life left in `work/` without a verdict.
    func takeAgain(_ claims: [ClaimName], at now: Moment) throws(SystemError) {
        for name in claims {
            lastClaimNumber = max(lastClaimNumber, name.number)
            let taken = try claim.takeAgain(name) { (bytes, file) throws(AgentError) in
                try request(bytes, file, at: now)
            }
            if let taken { place(taken, at: now) }
        }
    }

    /// False where the file has to be looked at again.
    private func take(_ candidate: Incoming.Candidate, at now: Moment) throws(SystemError) -> Bool {
        lastClaimNumber = max(lastClaimNumber + 1, UInt64(max(now.wall.microseconds, 0)))
        let taken = try claim.take(candidate, number: lastClaimNumber, at: now.wall) {
            (bytes, file) throws(AgentError) in try request(bytes, file, at: now)
        }
        guard let taken else { return false }
        place(taken, at: now)
        return true
    }

    private func request(_ bytes: [UInt8], _ file: Claim.File, at now: Moment) throws(AgentError) -> GrantRequest {
        try GrantRequest(
            parsing: bytes,
            in: RequestContext(
                stamp: file.claim.item.stamp, modified: file.status.modified, now: now.wall, locations: policies))
    }

    private func place(_ taken: Claim.Taken, at now: Moment) {
        switch taken {
        case .refused(let file, let error):
            unreadable.append(Outcome(file, failed: error))
        case .request(let file, let request):
            guard let location = locations[request.location] else {
                preconditionFailure("a request names a configured location: \(request.location)")
            }
            let waiting = Waiting(
                file, request, claimedAt: now.monotonic, shutTimeBefore: graph.pacing.shutTime(at: now.monotonic))
            location.judge(waiting, at: now)
        }
    }
}

extension LocationState {
    /// Fits in a new item: a grant waits for Graph or is refused, a removal takes effect in the ledger at once.
    func judge(_ item: Waiting, at now: Moment) {
        guard !isPaused else {
            waiting.append(item)
            return
        }
        switch item.content {
        case .grant(let lease):
            if let error = ledger.refusal(of: lease, at: now.wall) {
                refused.append((item, error))
            } else {
                waiting.append(item)
            }
        case .removal(let removal, _):
            remove(removal, by: item, at: now)
        }
    }

    private func remove(_ removal: Removal, by item: Waiting, at now: Moment) {
        let effect = ledger.apply(removal, at: now.wall)
        hasUnrecordedRemovals = true
        let refusedBefore = refused.count
        refuseWaiting(at: now)
        let ended = effect.endedSomething || refused.count > refusedBefore || refusesWhatIsCarried(at: now)
        if ended { ledger.noteEndedSomething(removal, at: now.wall) }
        if effect.metNewer && !ended {
            refused.append(
                (
                    item,
                    AgentError(
                        .spool005,
                        "it found only grants issued after it (\(removal.order.issuedAt)), which stay; "
                            + "if they are to end, issue a new revoke")
                ))
        } else {
            waiting.append(item)
        }
    }

    /// Whether a grant that a request carries at the moment will be refused at its end.
    private func refusesWhatIsCarried(at now: Moment) -> Bool {
        guard case .patch(_, let carrying) = exchange else { return false }
        return waiting.contains { item in
            guard let lease = item.grant, carrying.contains(item.file.claim) else { return false }
            return ledger.refusal(of: lease, at: now.wall) != nil
        }
    }

    /// Waiting grants that time or a removal has overtaken; what a request carries at the moment is judged at its end.
    func refuseWaiting(at now: Moment) {
        var carried: Set<ClaimName> = []
        if case .patch(_, let carrying) = exchange { carried = carrying }
        var kept: [Waiting] = []
        for item in waiting {
            if let lease = item.grant, !carried.contains(item.file.claim),
                let error = ledger.refusal(of: lease, at: now.wall)
            {
                refused.append((item, error))
            } else {
                kept.append(item)
            }
        }
        if kept.count < waiting.count { waiting = kept }
    }
}
