/// What is over and must not come back, and for how long that is remembered.
extension Ledger {
    /// Whether `forget` would look; at most once an hour.
    package func hasSomethingToForget(at now: Timestamp) -> Bool {
        tombstones.forgetting.isDue(at: now) || endings.forgetting.isDue(at: now)
    }

    /// Drops what has been remembered long enough; cheap, since it looks once an hour.
    package mutating func forget(before now: Timestamp) {
        note(forgotten: tombstones.forget(before: now))
        note(forgotten: endings.forget(before: now))
    }

    /// How many removals, and how many ends of keys, a location remembers; the oldest go first.
    package static let mostRemembered = 50_000
    private static let mostRanges = 400_000

    /// Somewhat more than needed goes, so that it has to look only now and then.
    mutating func boundMemory() {
        if tombstones.all.count > Self.mostRemembered || tombstones.rangeCount > Self.mostRanges {
            note(forgotten: tombstones.keep(atMost: Self.mostRemembered / 10 * 9, ranges: Self.mostRanges / 10 * 9))
        }
        if endings.byKey.count > Self.mostRemembered {
            note(forgotten: endings.keep(atMost: Self.mostRemembered / 10 * 9))
        }
    }

    private mutating func note(forgotten newest: Timestamp?) {
        if let newest { forgotten = max(forgotten ?? newest, newest) }
    }

    /// Such a grant has ended by itself, unless a reload has lengthened grants or the clock has jumped meanwhile.
    func isOlderThanMemory(_ grant: Lease, at now: Timestamp) -> Bool {
        // A time that has not come was noted while the clock was wrong; it must not keep everybody out.
        guard let forgotten, forgotten <= now else { return false }
        return grant.order.issuedAt <= forgotten
    }

    mutating func markEnded(_ key: LeaseKey, _ order: Order, at now: Timestamp) {
        endings.note(key, Endings.Ending(order: order, until: now + memory))
        boundMemory()
    }
}
