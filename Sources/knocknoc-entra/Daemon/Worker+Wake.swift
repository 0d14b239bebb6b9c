import Entra
import Grants
import Spool

extension Worker {
    /// How long nothing is due; never longer than `idle`, so that what tells nobody is noticed all the same.
    func rest(at now: Moment, idle: Duration = .seconds(5)) -> Duration {
        var next = now.monotonic + idle
        func consider(_ instant: ContinuousClock.Instant?) {
            if let instant { next = min(next, instant) }
        }
        func consider(wall: Timestamp?) {
            if let wall { next = min(next, now.monotonic + max(wall - now.wall, .zero)) }
        }
        /// What is due and still could not be done would else be tried without a pause.
        func consider(again instant: ContinuousClock.Instant?) {
            consider(instant.map { $0 > now.monotonic ? $0 : now.monotonic + .milliseconds(100) })
        }
        if mayTakeParked(at: now) || mayTakeUnproved(at: now) { return .zero }
        if inHand < settings.batch.maxItems / 2 {
            if mustLook { return .zero }
            consider(lookAgainAt)
        } else {
            consider(crowdedSince.map { $0 + Self.longestCrowd })
        }
        consider(again: recorder.trouble?.retryAt)
        consider(again: recorder.retryAt)
        for instant in proofTimes(at: now) { consider(again: instant) }
        for location in served {
            if let look = location.lookTime, let opening = nextOpening(at: now) {
                consider(max(look, opening, graph.pacing.opensAt))
            }
            guard location.exchange == nil else {
                // What a request carries is judged at its end, though its time be over.
                consider(wall: location.ledger.nextChange(after: now.wall))
                continue
            }
            consider(wall: location.nextChange(after: now.wall))
            // A second write that is due waits for its slot like any other.
            if let second = location.secondWriteAt, second > now.monotonic { consider(second) }
            if recorder.canRecord, let trouble = graph.blockingTrouble(of: location, at: now)?.error {
                for item in location.waiting { consider(deadline(of: item, trouble)) }
            }
            guard location.needsWrite(at: now, mayAdd: mayAdd) else { continue }
            consider(nextSlot(for: location, at: now))
        }
        return max(next - now.monotonic, .zero)
    }

    /// When a request for this location may leave; nil while an answer has to come first, which wakes by itself.
    private func nextSlot(for location: LocationState, at now: Moment) -> ContinuousClock.Instant? {
        guard location.mayHaveSent || !location.isKnown else { return nil }
        guard let opening = nextOpening(at: now) else { return nil }
        var slot = max(opening, (location.dirtySince ?? now.monotonic) + settings.batch.linger)
        if let trouble = location.trouble { slot = max(slot, trouble.retryAt) }
        // A token is fetched ahead of the slot.
        return graph.tokens.token(at: now.monotonic) == nil ? slot : max(slot, graph.pacing.opensAt)
    }

    /// When Graph or the token endpoint may be asked; nil while an answer has to come first, which wakes by itself.
    private func nextOpening(at now: Moment) -> ContinuousClock.Instant? {
        var opening = now.monotonic
        if let trouble = graph.graphTrouble {
            guard !graph.isAnswerDue else { return nil }
            opening = max(opening, trouble.retryAt)
        }
        if graph.tokens.token(at: now.monotonic) == nil {
            guard !graph.tokens.isInFlight else { return nil }
            opening = max(opening, graph.tokenTrouble?.retryAt ?? opening)
        }
        return opening
    }

    /// When an item would fail, if its trouble lasts.
    private func deadline(of item: Waiting, _ trouble: Failure) -> ContinuousClock.Instant? {
        guard item.attempts > 0 else { return nil }
        let shut = graph.pacing.plannedShutTime - item.shutTimeBefore
        let patience = trouble.remedy == .grace ? settings.retry.grace : settings.retry.giveUpAfter
        return item.claimedAt + shut + patience
    }
}
