import Grants
import Linux
import Spool

/// Takes files out of `incoming/`, the oldest first, and reads again what lies in `work/`; nothing here waits.
final class Intake {
    private let spool: SpoolDirectory
    private let incoming: Incoming
    private let claim: Claim
    private let settings: BatchSettings
    private let alarms: Alarms
    let work: WorkFolder
    /// An earlier life crashed over a batch, so what lies in `incoming/` is judged one by one.
    private(set) var isCautious: Bool
    /// `incoming/` may hold something that was not looked at.
    private var mustLook = true
    /// When to look although nothing was heard: a file was still being written, or could not be taken.
    private var lookAgainAt: ContinuousClock.Instant?
    /// What the last look found beyond the room that there was, the oldest first.
    private var backlog = Backlog()
    /// Since when there is something to look at and no room for it.
    private var crowdedSince: ContinuousClock.Instant?
    /// What lies in `incoming/` and cannot be moved at the moment, with the name that it gets.
    private var unmoved: [Incoming.Candidate: ItemName] = [:]
    /// False while nothing can be moved out of `incoming/`.
    private(set) var canMove = true
    private var lastClaimNumber: UInt64 = 0
    /// Of the look under way: whether names were read, and what could not be read or moved.
    private var isNewLook = false
    private var troubles: [SystemError] = []

    private static let longestCrowd = Duration.seconds(1)

    init(_ parts: WorkerParts, _ alarms: Alarms, hash: @escaping ([UInt8], ItemName) -> [UInt8]?) throws(SystemError) {
        spool = parts.spool
        settings = parts.settings.batch
        incoming = Incoming(parts.spool)
        claim = Claim(parts.spool, settleTime: parts.settings.batch.settleTime, random: parts.random)
        self.alarms = alarms
        work = try WorkFolder(parts, claim, hash: hash)
        isCautious = work.mark.wasLeft
    }

    /// Something has changed in `incoming/`.
    func noteChange() {
        mustLook = true
    }

    /// Claims of earlier lives, so that later ones get greater numbers.
    func noteClaims(_ claims: some Sequence<ClaimName>) {
        for claim in claims { lastClaimNumber = max(lastClaimNumber, claim.number) }
    }

    var isDrained: Bool { !mustLook && lookAgainAt == nil && work.unseen.isEmpty }

    /// When `incoming/` is to be looked at: a look reads every name, so it has to be worth it; but a revoke among them
    /// must not wait for long.
    func lookTime(_ itemsInMemory: Int, at now: Moment) -> ContinuousClock.Instant? {
        guard let due = mustLook ? now.monotonic : lookAgainAt else { return nil }
        guard settings.maxItems - itemsInMemory <= settings.maxItems / 2 else { return due }
        return max(due, (crowdedSince ?? now.monotonic) + Self.longestCrowd)
    }

    /// Whether there may be something to take, crowded or not.
    func isLookDue(at now: Moment) -> Bool { mustLook || lookAgainAt.map { $0 <= now.monotonic } ?? false }

    /// Looks at `incoming/` where that is due; returns what is to be claimed now, nil where it is not.
    func look(_ itemsInMemory: Int, at now: Moment) throws(SystemError) -> [Incoming.Candidate]? {
        guard let due = lookTime(itemsInMemory, at: now) else { return nil }
        guard due <= now.monotonic else {
            crowdedSince = crowdedSince ?? now.monotonic
            return nil
        }
        crowdedSince = nil
        mustLook = false
        lookAgainAt = nil
        troubles = []
        do throws(SystemError) {
            // Where it is crowded, a quarter all the same.
            let room = max(settings.maxItems - itemsInMemory, settings.maxItems / 4)
            isNewLook = !backlog.isFresh(at: now.monotonic)
            if isNewLook { try list(upTo: room, at: now) }
            return backlog.takeFirst(room)
        } catch {
            if error.isFailedSync { throw error }
            troubles.append(error)
            return []
        }
    }

    /// Reads all names, and remembers more of them than there is room for now, so that the next look is short.
    private func list(upTo room: Int, at now: Moment) throws(SystemError) {
        backlog = Backlog()
        let listing = try incoming.list(upTo: max(room, settings.maxItems * 3))
        troubles += listing.unseen
        let refused = try spool.absorb(listing)
        troubles += refused
        tellStrays(listing, at: now)
        // What a folder held is requests now; but one that cannot be emptied would be looked at without a pause.
        if !listing.codeFolders.isEmpty, refused.isEmpty { mustLook = true }
        backlog = Backlog(listing, at: now.monotonic)
    }

    /// Reads files and moves them into `work/`; what is not ready yet is looked at again.
    func claim(_ candidates: [Incoming.Candidate], at now: Moment) throws(SystemError) -> [Arrival] {
        var arrivals: [Arrival] = []
        var left = 0
        var (hasRoom, isWhole) = (true, !candidates.isEmpty)
        var waitsFor: Timestamp?
        for candidate in candidates {
            // Written since this turn began: judged as of its beginning, it could not be told from what came before it.
            if candidate.since > now.wall, candidate.since <= now.wall + .seconds(1) {
                left += 1
                waitsFor = min(waitsFor ?? candidate.since, candidate.since)
                continue
            }
            // What was read already need not be read again to learn the same.
            if !hasRoom, unmoved[candidate] != nil {
                left += 1
                continue
            }
            do throws(SystemError) {
                if try !claim(candidate, &arrivals, at: now) { left += 1 }
            } catch {
                if error.isFailedSync { throw error }
                troubles.append(error)
                left += 1
                if error.isNoRoom { hasRoom = false }
                // What concerns the process or the folder would be met by the next one too.
                if !error.isLocal && !error.isNoRoom {
                    (left, isWhole) = (candidates.count, false)
                    break
                }
            }
        }
        if isWhole {
            if hasRoom { unmoved = [:] }
            canMove = hasRoom
        }
        end(left: left, of: candidates.count, at: now)
        if let waitsFor {
            let due = now.instant(of: waitsFor) + .milliseconds(1)
            lookAgainAt = min(lookAgainAt ?? due, due)
        }
        return arrivals
    }

    /// After a crash: moves into `work/` without reading, so that what may have caused it is known by its claim.
    func claimUnread(_ candidates: [Incoming.Candidate], at now: Moment) throws(SystemError) -> [ClaimName] {
        var claims: [ClaimName] = []
        for candidate in candidates {
            do throws(SystemError) {
                let name = try claim.takeUnread(candidate, number: nextClaimNumber(at: now), at: now.wall)
                if let name { claims.append(name) }
            } catch {
                if error.isFailedSync { throw error }
                troubles.append(error)
                if !error.isLocal { break }
            }
        }
        if !candidates.isEmpty { isCautious = claims.count < candidates.count }
        end(left: candidates.count - claims.count, of: candidates.count, at: now)
        return claims
    }

    private func end(left: Int, of count: Int, at now: Moment) {
        // What is still being written wakes us when it is closed; the clock covers what never tells.
        if troubles.isEmpty, left > 0 || !backlog.isEmpty {
            lookAgainAt = now.monotonic + min(settings.settleTime, Claim.handTime * 2)
        }
        // Without progress another look would find the same; with it, what came since the last one is unseen.
        if !isNewLook || !backlog.isEmpty, left < count { mustLook = true }
        tell(at: now)
        if !troubles.isEmpty { backlog = Backlog() }
        if !troubles.isEmpty || !work.unseen.isEmpty { lookAgain(at: now) }
    }

    /// Something could not be read or moved.
    func lookAgain(at now: Moment) {
        let again = now.monotonic + .seconds(1)
        lookAgainAt = min(lookAgainAt ?? again, again)
    }

    /// False where the file has to be looked at again.
    private func claim(_ candidate: Incoming.Candidate, _ arrivals: inout [Arrival], at now: Moment)
        throws(SystemError) -> Bool
    {
        let known = unmoved[candidate]
        var hash: [UInt8]?
        let taken = try claim.take(candidate, number: nextClaimNumber(at: now), at: now.wall, known: known) {
            (bytes, file) throws(Failure) in
            try work.request(bytes, file, &hash)
        }
        guard let taken else { return false }
        if case .unmoved(let file, let request, let error) = taken {
            unmoved[candidate] = file.claim.item
            if known == nil { arrivals.append(.unmoved(file, request, hash)) }
            throw error
        }
        unmoved[candidate] = nil
        if let arrival = work.arrival(taken, hash) { arrivals.append(arrival) }
        return true
    }

    /// Greater than every number before, also those of earlier lives.
    private func nextClaimNumber(at now: Moment) -> UInt64 {
        lastClaimNumber = max(lastClaimNumber + 1, UInt64(max(now.wall.microseconds, 0)))
        return lastClaimNumber
    }

    private func tell(at now: Moment) {
        let all = troubles + work.unseen.values
        guard let first = all.first else { return alarms.clear(.incoming, "incoming.well") }
        alarms.raise(
            .incoming, .error, "incoming.trouble",
            [
                "error": first.description, "entries": String(all.count),
                "consequence": "what cannot be read or moved waits, and is tried again every second",
            ], at: now)
    }

    private func tellStrays(_ listing: Incoming.Listing, at now: Moment) {
        guard listing.strays + listing.immovable.count > 0 else { return alarms.clear(.strays) }
        alarms.raise(
            .strays, .warning, "incoming.strays",
            [
                "left_alone": String(listing.strays), "immovable": listing.immovable.first?.description,
                "why": "only *.json without a leading dot is a request",
            ], about: "\(listing.strays) \(listing.immovable.count)", at: now)
    }
}
