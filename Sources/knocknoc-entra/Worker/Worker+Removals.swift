import GrantCore
import Spool

extension Worker {
    /// Ends leases and waiting grants whose time is over; expiry needs no file and no server.
    func endWhatIsOver(at now: Moment) {
        for location in locations.values {
            if let next = location.ledger.nextChange(after: .distantPast), next <= now.wall {
                let over = location.ledger.expire(at: now.wall)
                if !over.isEmpty { location.hasUnrecordedRemovals = true }
                for lease in over { report(expiry: lease, of: location, at: now) }
            }
            if location.waiting.contains(where: { ($0.grant?.expiresAt ?? now.wall + .seconds(1)) <= now.wall }) {
                location.refuseWaiting(at: now)
            }
            location.ledger.forget(before: now.wall)
        }
    }

    /// Step (a): what leaves is durable before it is sent; so is the first ledger of a location.
    func recordRemovals(at now: Moment) throws(SystemError) {
        let changed = locations.values.filter {
            $0.hasUnrecordedRemovals || (!$0.isOnDisk && !$0.waiting.isEmpty)
        }
        guard try recorder.record(changed.map(\.ledger), at: now) else { return }
        for location in changed {
            location.hasUnrecordedRemovals = false
            location.isOnDisk = true
        }
    }
}

extension Timestamp {
    static let distantPast = Timestamp(microseconds: .min)
}
