import Grants
import Linux
import Spool

extension Worker {
    /// Claims what is ready, the oldest first, up to what memory should hold; nothing here waits for the network.
    func takeArrivals(at now: Moment) throws(SystemError) {
        guard mustLook || lookAgainAt.map({ $0 <= now.monotonic }) ?? false else { return }
        crowd = inHand
        if crowd >= settings.batch.maxItems / 2 {
            parkWhatIsBlocked(at: now)
            crowd = inHand
        }
        var room = settings.batch.maxItems - crowd
        // A look reads every name, so it has to be worth it; but a revoke among them must not wait for long.
        if room <= settings.batch.maxItems / 2 {
            crowdedSince = crowdedSince ?? now.monotonic
            guard let crowdedSince, crowdedSince + Self.longestCrowd <= now.monotonic else { return }
            room = max(room, settings.batch.maxItems / 4)
        }
        crowdedSince = nil
        mustLook = false
        lookAgainAt = nil
        judgeUnseen(at: now)
        var troubles: [SystemError] = []
        do throws(SystemError) {
            let isNew = !backlog.isFresh(at: now.monotonic)
            if isNew { try list(upTo: room, at: now, &troubles) }
            let candidates = backlog.takeFirst(room)
            let left = try take(candidates, at: now, &troubles)
            // What is still being written wakes us when it is closed; the clock covers what never tells.
            if left > 0 || !backlog.isEmpty {
                lookAgainAt = now.monotonic + min(settings.batch.settleTime, Claim.handTime * 2)
            }
            // Without progress another look would find the same; with it, what came since the last one is still unseen.
            if !isNew || !backlog.isEmpty, left < candidates.count { mustLook = true }
        } catch {
            if error.isFailedSync { throw error }
            troubles.append(error)
        }
        tell(troubles)
        if !troubles.isEmpty { backlog = Backlog() }
        if !troubles.isEmpty || !unseen.isEmpty {
            let again = now.monotonic + .seconds(1)
            lookAgainAt = min(lookAgainAt ?? again, again)
        }
    }

    static let longestCrowd = Duration.seconds(1)

    /// Reads all names, and remembers more of them than there is room for now, so that the next look is short.
    private func list(upTo room: Int, at now: Moment, _ troubles: inout [SystemError]) throws(SystemError) {
        backlog = Backlog()
        let listing = try incoming.list(upTo: max(room, settings.batch.maxItems * 3))
        troubles += listing.unseen
        let refused = try spool.absorb(listing)
        troubles += refused
        report(listing)
        // What a folder held is requests now; but one that cannot be emptied would be looked at without a pause.
        if !listing.codeFolders.isEmpty, refused.isEmpty { mustLook = true }
        backlog = Backlog(listing, at: now.monotonic)
    }

    /// How many have to be looked at again.
    private func take(
        _ candidates: [Incoming.Candidate], at now: Moment, _ troubles: inout [SystemError]
    ) throws(SystemError) -> Int {
        guard !candidates.isEmpty else { return 0 }
        var left = 0
        if isCautious {
            for candidate in candidates {
                do throws(SystemError) {
                    let name = try claim.takeUnread(candidate, number: nextClaimNumber(at: now), at: now.wall)
                    if let name { try judgeAlone(name, at: now) } else { left += 1 }
                } catch {
                    guard error.isLocal else { throw error }
                    troubles.append(error)
                    left += 1
                }
            }
            isCautious = left > 0
            return left
        }
        try? mark.begin()
        defer { try? mark.end() }
        var canMove = true
        for candidate in candidates {
            // Written since this turn began: judged as of its beginning, it could not be told from what came before it.
            if candidate.since > now.wall, candidate.since <= now.wall + .seconds(1) {
                left += 1
                mustLook = true
                continue
            }
            // What was read already need not be read again to learn the same.
            if !canMove, unmoved[candidate] != nil {
                left += 1
                continue
            }
            do throws(SystemError) {
                if try !take(candidate, at: now) { left += 1 }
            } catch {
                guard error.isLocal || error.isNoRoom else { throw error }
                troubles.append(error)
                left += 1
                if error.isNoRoom { canMove = false }
            }
        }
        if canMove {
            unmoved = [:]
            authentication?.unproved.removeAll { !$0.isClaimed }
        }
        return left
    }

    /// False where the file has to be looked at again.
    private func take(_ candidate: Incoming.Candidate, at now: Moment) throws(SystemError) -> Bool {
        let known = unmoved[candidate]
        var hash: [UInt8]?
        let taken = try claim.take(candidate, number: nextClaimNumber(at: now), at: now.wall, known: known) {
            (bytes, file) throws(Failure) in
            hash = authentication?.hash(of: bytes, as: file.claim.item)
            return try request(bytes, file, at: now)
        }
        guard let taken else { return false }
        if case .unmoved(let file, let request, let error) = taken {
            unmoved[candidate] = file.claim.item
            let item = waiting(file, request, at: now)
            if known == nil, item.grant == nil { submit(item, hash, isClaimed: false, at: now) }
            throw error
        }
        unmoved[candidate] = nil
        place(taken, hash, at: now)
        return true
    }

    /// Greater than every number before, also those of earlier lives.
    private func nextClaimNumber(at now: Moment) -> UInt64 {
        lastClaimNumber = max(lastClaimNumber + 1, UInt64(max(now.wall.microseconds, 0)))
        return lastClaimNumber
    }

    private func report(_ listing: Incoming.Listing) {
        guard listing.strays != strays || listing.immovable.count != immovable else { return }
        (strays, immovable) = (listing.strays, listing.immovable.count)
        guard strays + immovable > 0 else { return }
        log(
            .warning, "incoming.strays",
            [
                "left_alone": String(strays), "immovable": listing.immovable.first?.description,
                "why": "only *.json without a leading dot is a request",
            ])
    }

    func request(_ bytes: [UInt8], _ file: Claim.File, at now: Moment) throws(Failure) -> GrantRequest {
        try GrantRequest(
            parsing: bytes,
            in: RequestContext(
                stamp: file.claim.item.stamp, modified: file.status.modified, now: now.wall, locations: policies))
    }

    func place(
        _ taken: Claim.Taken, _ hash: [UInt8]?, claimedAt: ContinuousClock.Instant? = nil,
        shutTimeBefore: Duration? = nil, at now: Moment
    ) {
        crowd += 1
        switch taken {
        case .unseen(let name, let error):
            unseen[name] = error
        case .unmoved: break
        case .refused(let file, let error):
            unreadable.append(Outcome(file, failed: error))
        case .request(let file, let request):
            submit(
                waiting(file, request, claimedAt: claimedAt, shutTimeBefore: shutTimeBefore, at: now), hash, at: now)
        }
    }

    /// Fits in an item of which it is known, as far as anybody asks, that its submitter may make such a request.
    func admit(_ item: Waiting, at now: Moment) {
        let location = location(of: item.request)
        if shouldPark(item, for: location, at: now) {
            location.parked.append(item.file.claim, shutTime: item.shutTimeBefore)
            crowd -= 1
        } else {
            location.judge(item, at: now)
        }
    }

    private func waiting(
        _ file: Claim.File, _ request: GrantRequest, claimedAt: ContinuousClock.Instant? = nil,
        shutTimeBefore: Duration? = nil, at now: Moment
    ) -> Waiting {
        Waiting(
            file, request, claimedAt: claimedAt ?? now.monotonic,
            shutTimeBefore: shutTimeBefore ?? graph.pacing.shutTime(at: now.monotonic))
    }

    /// A revoke or flush that lies on a disk where nothing can be moved takes effect; its verdict comes once it can be.
    func endAtOnce(_ item: Waiting, at now: Moment) {
        let location = location(of: item.request)
        guard !location.isPaused, case .removal(let removal) = item.content else { return }
        _ = location.end(removal, at: now)
    }

    func location(of request: GrantRequest) -> LocationState {
        guard let location = locations[request.location] else {
            preconditionFailure("a request names a configured location: \(request.location)")
        }
        return location
    }
}
