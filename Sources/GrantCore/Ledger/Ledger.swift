/// Who holds which addresses of one named location until when, and what is over but must not come back.
///
/// The result is a function of the requests alone: they are ordered by `Order`, however they arrive or are batched.
package struct Ledger: Hashable, Sendable {
    package let location: String
    /// The named location's GUID at Graph, lower case.
    package let id: String
    /// How long what is over is remembered.
    package var memory: Duration
    package private(set) var leases: [LeaseKey: Lease] = [:]
    package private(set) var tombstones = Tombstones()
    /// The newest order of each key whose lease ended or whose grant was refused by time or ledger.
    package private(set) var endings: [LeaseKey: Ending] = [:]
    package var confirmation = Confirmation.never
    /// Verdicts whose moves are not known to be on disk: a claim that stands here is finished at the next start.
    package var settling: [ClaimName: Verdict] = [:]

    package struct Ending: Hashable, Sendable {
        package let order: Order
        package let until: Timestamp

        package init(order: Order, until: Timestamp) {
            self.order = order
            self.until = until
        }
    }

    package init(location: String, id: String, memory: Duration) {
        self.location = location
        self.id = id
        self.memory = memory
    }

    /// Puts back what a file held; see `LedgerDocument`.
    init(
        location: String, id: String, memory: Duration, leases: [Lease], tombstones: [Tombstones.Tombstone],
        endings: [(LeaseKey, Ending)]
    ) {
        self.init(location: location, id: id, memory: memory)
        for lease in leases { self.leases[lease.key] = lease }
        for tombstone in tombstones { self.tombstones.insert(tombstone) }
        for (key, ending) in endings { self.endings[key] = ending }
    }

    /// Why a grant cannot be applied, or nil.
    package func refusal(of grant: Lease, at now: Timestamp) -> AgentError? {
        if grant.expiresAt <= now {
            return AgentError(
                .spool004, "the grant ended at \(grant.expiresAt), before \(now) when its turn came; issue a new one")
        }
        if tombstones.remainder(of: grant).isEmpty {
            return AgentError(
                .spool005,
                "a revoke or flush of \(location) issued at or after \(grant.order.issuedAt) covers this grant; "
                    + "if access is wanted again, issue a new grant")
        }
        return nil
    }

    /// Ends what a removal covers and remembers it; the answer says what it met.
    package mutating func apply(_ removal: Removal, at now: Timestamp) -> RemovalEffect {
        var effect = RemovalEffect()
        for (key, lease) in leases {
            guard let rest = removal.remainder(of: lease) else { continue }
            if removal.precedes(lease.order) {
                effect.metNewer = true
                continue
            }
            effect.endedSomething = true
            end(key, leaving: rest, at: now)
        }
        effect.endedSomething = effect.endedSomething || tombstones[removal]?.endedSomething ?? false
        tombstones.insert(
            .init(removal: removal, endedSomething: effect.endedSomething, until: now + memory))
        return effect
    }

    /// Notes that a removal also ended a grant that was waiting, for the day it is judged again.
    package mutating func noteEndedSomething(_ removal: Removal, at now: Timestamp) {
        tombstones.insert(.init(removal: removal, endedSomething: true, until: now + memory))
    }

    /// Enters a grant that Graph has taken.
    package mutating func take(_ grant: Lease, at now: Timestamp) -> GrantEffect {
        var lease = grant
        lease.ranges = tombstones.remainder(of: grant)
        guard !lease.ranges.isEmpty else { return .refused }
        if isSuperseded(grant) { return .superseded }
        leases[lease.key] = lease
        return .applied
    }

    /// A grant refused by time or ledger still supersedes what is older, and nothing older may come to life after it.
    package mutating func remember(refused grant: Lease, at now: Timestamp) {
        if let held = leases[grant.key], held.order < grant.order { leases[grant.key] = nil }
        markEnded(grant.key, grant.order, at: now)
    }

    /// Ends the leases whose time is over.
    package mutating func expire(at now: Timestamp) -> [Lease] {
        let over = leases.values.filter { $0.expiresAt <= now }
        for lease in over { end(lease.key, leaving: [], at: now) }
        return over
    }

    /// Whether something newer of the same key is known.
    package func isSuperseded(_ grant: Lease) -> Bool {
        if let ending = endings[grant.key], grant.order < ending.order { return true }
        if let held = leases[grant.key], grant.order < held.order { return true }
        return false
    }

    /// Drops what has been remembered long enough.
    package mutating func forget(before now: Timestamp) {
        tombstones.forget(before: now)
        if endings.values.contains(where: { $0.until <= now }) {
            endings = endings.filter { $0.value.until > now }
        }
    }

    private mutating func end(_ key: LeaseKey, leaving rest: [CIDR], at now: Timestamp) {
        guard let lease = leases[key] else { return }
        if rest.isEmpty {
            leases[key] = nil
            markEnded(key, lease.order, at: now)
        } else {
            leases[key]?.ranges = rest
        }
    }

    private mutating func markEnded(_ key: LeaseKey, _ order: Order, at now: Timestamp) {
        let newest = max(endings[key]?.order ?? order, order)
        endings[key] = Ending(order: newest, until: now + memory)
    }
}

/// What a removal met in the ledger.
package struct RemovalEffect: Hashable, Sendable {
    package var endedSomething = false
    /// It matched a lease that was issued after it, which it must not touch.
    package var metNewer = false

    package init() {}
}

/// What became of a grant that Graph has taken.
package enum GrantEffect: Hashable, Sendable {
    case applied
    case superseded
    case refused
}

/// What is known of the list at Graph.
package enum Confirmation: Hashable, Sendable {
    /// Nothing was ever sent there.
    case never
    /// A write may be under way or may land late.
    case unconfirmed
    /// The list that Graph took last.
    case confirmed([CIDR])
}
