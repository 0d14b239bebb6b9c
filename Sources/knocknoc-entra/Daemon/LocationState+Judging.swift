import Grants
import Spool

extension LocationState {
    /// Fits in a new item: a grant waits for Graph or is refused, a removal takes effect in the ledger at once.
    func judge(_ item: Waiting, at now: Moment) {
        switch item.content {
        case .grant(let lease):
            if let error = ledger.refusal(of: lease, at: now.wall) {
                refused.append((item, error))
            } else {
                waiting.append(item)
            }
        case .removal(let removal):
            remove(removal, by: item, at: now)
        }
    }

    private func remove(_ removal: Removal, by item: Waiting, at now: Moment) {
        if end(removal, at: now) {
            refused.append(
                (
                    item,
                    Failure(
                        .spool005,
                        "it found only grants issued after it (\(removal.order.issuedAt)), which stay; "
                            + "if they are to end, issue a new revoke")
                ))
        } else {
            waiting.append(item)
        }
    }

    /// True where it found only what was issued after it.
    func end(_ removal: Removal, at now: Moment) -> Bool {
        let effect = ledger.apply(removal, at: now.wall)
        hasUnrecordedRemovals = true
        let ended = effect.endedSomething || waiting.contains { $0.grant.map(removal.ends) ?? false }
        refuseWaiting(at: now)
        if ended { ledger.noteEndedSomething(removal, at: now.wall) }
        // What rests in work/ may be what it ends.
        return effect.metNewer && !ended && parked.isEmpty
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
