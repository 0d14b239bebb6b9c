import Grants
import Linux
import Spool

extension Worker {
    /// Ends leases and waiting grants whose time is over; expiry needs no file and no server.
    func endWhatIsOver(at now: Moment) {
        for location in served {
            if let next = location.ledger.nextEnd, next <= now.wall {
                let over = location.ledger.expire(at: now.wall)
                if !over.isEmpty { location.hasUnrecordedRemovals = true }
                for lease in over { report(expiry: lease, of: location, at: now) }
            }
            if let end = location.firstEndOfWaiting, end <= now.wall {
                location.refuseWaiting(at: now)
            }
            if location.ledger.hasSomethingToForget(at: now.wall) { location.ledger.forget(before: now.wall) }
        }
    }

    /// Step (a): what leaves is durable before it is sent; so is, before the first list, that one may have been sent.
    func recordRemovals(at now: Moment) throws(SystemError) {
        let first = served.filter { !$0.mayHaveSent && $0.isKnown && $0.needsWrite(at: now, mayAdd: mayAdd) }
        let changed = served.filter { $0.hasUnrecordedRemovals } + first.filter { !$0.hasUnrecordedRemovals }
        let ledgers = changed.map { location in
            var ledger = location.ledger
            if location.isKnown && ledger.confirmation == .never { ledger.confirmation = .unconfirmed }
            return ledger
        }
        guard try recorder.record(ledgers, at: now) else { return }
        for (location, ledger) in zip(changed, ledgers) {
            location.ledger = ledger
            location.hasUnrecordedRemovals = false
            location.mayHaveSent = ledger.confirmation != .never
        }
        for location in served where location.hasDecision && location.mayHaveSent && !location.hasUnrecordedRemovals {
            try? store.forgetDecision(location.name)
            location.hasDecision = false
        }
    }
}
