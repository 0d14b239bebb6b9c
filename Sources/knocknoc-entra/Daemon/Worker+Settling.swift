import Grants
import Linux
import Spool

/// What one location commits in one go: its next ledger and the verdicts that come with it.
struct Batch {
    let location: LocationState
    var ledger: Ledger
    var outcomes: [Outcome] = []
    /// The list that decided them.
    var receipt: Receipt?

    init(_ location: LocationState) {
        self.location = location
        ledger = location.ledger
    }

    /// What a list that Graph took has carried.
    init(_ location: LocationState, settling carried: Set<ClaimName>, _ receipt: Receipt?, at now: Moment) {
        self.init(location)
        self.receipt = receipt
        for item in location.waiting where carried.contains(item.file.claim) { settle(item, at: now) }
    }

    /// Enters a waiting item as taken by Graph.
    mutating func settle(_ item: Waiting, at now: Moment) {
        var outcome = verdict(on: item, at: now)
        outcome.receipt = receipt
        outcomes.append(outcome)
    }

    private mutating func verdict(on item: Waiting, at now: Moment) -> Outcome {
        guard let lease = item.grant else { return Outcome(item) }
        switch ledger.take(lease, at: now.wall) {
        case .applied:
            let start = lease.startsAt.flatMap { $0 > now.wall ? "accepted, starts at \($0)" : nil }
            return Outcome(item, done: start)
        case .superseded:
            return Outcome(item, done: "superseded by a newer grant of the same key")
        case .refused:
            // A revoke arrived while the list was under way.
            ledger.remember(refused: lease, at: now.wall)
            let error = ledger.refusal(of: lease, at: now.wall) ?? Failure(.spool005, "a revoke overtook this grant")
            return Outcome(item, failed: error)
        }
    }

    /// What Graph may have taken with it all the same has to leave.
    mutating func fail(_ item: Waiting, _ error: Failure, at now: Moment) {
        if let lease = item.grant { ledger.depart(lease.ranges, .refused, since: now.wall) }
        outcomes.append(Outcome(item, failed: error))
    }
}

extension Worker {
    /// Settles what needs no request: refusals, items whose list Graph holds already, and what has waited too long.
    func settleWhatIsDecided(at now: Moment) throws(SystemError) {
        var batches: [Batch] = []
        for location in served where location.exchange == nil {
            var batch = Batch(location)
            for (item, error) in location.refused {
                // What Entra refused may be tried again; what time or the ledger refused must not come to life.
                if let lease = item.grant, error.isFinal { batch.ledger.remember(refused: lease, at: now.wall) }
                batch.fail(item, error, at: now)
            }
            let withoutRoom = location.withoutRoom(at: now)
            let hasWhatIsDesired = location.hasWhatIsDesired(at: now)
            // Short of room for more, a removal is done as soon as what it ended has left.
            let isRid = !mayAdd && !location.hasUnrecordedRemovals && !location.needsWrite(at: now, mayAdd: false)
            let trouble = graph.blockingTrouble(of: location, at: now)?.error
            // Most turns decide nothing about what waits, and then need not look at each.
            let decidesSome = hasWhatIsDesired || isRid || !withoutRoom.isEmpty || trouble != nil
            for item in decidesSome ? location.waiting : [] {
                if withoutRoom.contains(item.item) {
                    batch.fail(item, .locationFull, at: now)
                } else if hasWhatIsDesired || (isRid && item.grant == nil) {
                    batch.settle(item, at: now)
                } else if let trouble, isOverdue(item, trouble, now) {
                    batch.fail(item, trouble, at: now)
                }
            }
            if !batch.outcomes.isEmpty { batches.append(batch) }
        }
        try commit(batches, at: now)
    }

    /// Makes batches durable and tells what became of each item; what cannot be recorded waits.
    func commit(_ batches: [Batch], at now: Moment) throws(SystemError) {
        var ledgers: [Ledger] = []
        var verdicts: [Recorder.Unfinished] = []
        for batch in batches {
            var ledger = batch.ledger
            for outcome in batch.outcomes { ledger.settling[outcome.file.claim] = outcome.verdict }
            ledgers.append(ledger)
            verdicts += batch.outcomes.map { unfinished($0, location: batch.location.name, at: now) }
        }
        verdicts += unreadable.map { unfinished($0, location: nil, at: now) }
        if try recorder.commit(ledgers, verdicts, at: now) {
            for (batch, ledger) in zip(batches, ledgers) { batch.location.install(ledger, settled: batch.outcomes) }
            for outcome in batches.flatMap(\.outcomes) + unreadable { report(outcome, at: now) }
            unreadable = []
        }
        try finishCommitted(at: now)
    }

    /// Carries out what is committed; what is on disk for good need not stand in a ledger any longer.
    func finishCommitted(at now: Moment) throws(SystemError) {
        for finished in try recorder.finish(at: now) {
            guard let location = finished.location else { continue }
            locations[location]?.ledger.settling[finished.move.claim] = nil
        }
    }

    private func unfinished(_ outcome: Outcome, location: String?, at now: Moment) -> Recorder.Unfinished {
        Recorder.Unfinished(
            move: Settle.Move(
                claim: outcome.file.claim, verdict: outcome.verdict, why: Report.why(outcome, at: now),
                isRetry: outcome.file.isRetry),
            location: location, journalLine: Report.journalLine(outcome, at: now))
    }

    /// Whether an item has to fail now; it never does before its trouble was met at least once in its life.
    private func isOverdue(_ item: Waiting, _ trouble: Failure, _ now: Moment) -> Bool {
        guard item.attempts > 0 else { return false }
        let shut = graph.pacing.shutTime(at: now.monotonic) - item.shutTimeBefore
        let age = now.monotonic - item.claimedAt - shut
        return switch trouble.remedy {
        case .fail, .isolate: true
        case .grace: age >= settings.retry.grace
        case .tryAgain: age >= settings.retry.giveUpAfter
        }
    }
}

extension LocationState {
    /// Whether Graph is known to hold the very list that is wanted, so that items settle without a request.
    func hasWhatIsDesired(at now: Moment) -> Bool {
        !waiting.isEmpty && !hasUnrecordedRemovals && ledger.confirmation == .confirmed && isListed(at: now.wall)
    }

    /// Grants that the location has no room for; what waits never pushes out what is held.
    func withoutRoom(at now: Moment) -> Set<ItemName> {
        waiting.isEmpty ? [] : Set(room(at: now.wall).withoutRoom.map(\.order.name))
    }

    func install(_ ledger: Ledger, settled outcomes: [Outcome]) {
        self.ledger = ledger
        mayHaveSent = ledger.confirmation != .never
        hasUnrecordedRemovals = false
        let claims = Set(outcomes.map(\.file.claim))
        waiting.removeAll { claims.contains($0.file.claim) }
        refused.removeAll { claims.contains($0.item.file.claim) }
        isolation?.search.forget(claims)
        if isolation?.search.step == .finished { isolation = nil }
    }
}

extension Failure {
    fileprivate static let locationFull = Failure(
        .entra051,
        "location full: Entra takes \(Ledger.limit) ranges in one named location, and the grants before this one need "
            + "them all; end grants, or spread the users over two locations")

    /// Refused by time or ledger, which no retry of the same request changes.
    fileprivate var isFinal: Bool {
        code == .spool004 || code == .spool005
    }
}
