import GrantCore
import Graph
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
        if mustLook && inHand < settings.batch.maxItems / 2 { return .zero }
        consider(lookAgainAt)
        consider(recorder.trouble?.retryAt)
        consider(recorder.retryAt)
        for location in served {
            consider(wall: location.nextChange(after: now.wall))
            consider(location.secondWriteAt)
            if let look = location.lookTime { consider(max(look, graph.pacing.opensAt)) }
            guard location.exchange == nil else { continue }
            for item in location.waiting { consider(deadline(of: item, at: location, now)) }
            guard location.needsWrite(at: now, mayAdd: mayAdd) else { continue }
            consider(nextSlot(for: location, at: now))
        }
        return max(next - now.monotonic, .zero)
    }

    /// When a request for this location may leave; nil while an answer has to come first, which wakes by itself.
    private func nextSlot(for location: LocationState, at now: Moment) -> ContinuousClock.Instant? {
        guard location.mayHaveSent || !location.isKnown else { return nil }
        var slot = (location.dirtySince ?? now.monotonic) + settings.batch.linger
        if let trouble = location.trouble { slot = max(slot, trouble.retryAt) }
        if let trouble = graph.graphTrouble {
            guard graph.underWay.isEmpty else { return nil }
            slot = max(slot, trouble.retryAt)
        }
        if graph.tokens.token(at: now.monotonic) == nil {
            guard !graph.tokens.isInFlight else { return nil }
            return max(slot, graph.tokenTrouble?.retryAt ?? slot)
        }
        return max(slot, graph.pacing.opensAt)
    }

    /// When an item would fail, if its trouble lasts.
    private func deadline(of item: Waiting, at location: LocationState, _ now: Moment) -> ContinuousClock.Instant? {
        guard item.attempts > 0, let error = graph.blockingTrouble(of: location, at: now)?.error else { return nil }
        let shut = graph.pacing.shutTime(at: now.monotonic) - item.shutTimeBefore
        let patience = error.remedy == .grace ? settings.retry.grace : settings.retry.giveUpAfter
        return item.claimedAt + shut + patience
    }
}
