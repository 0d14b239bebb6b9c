/// Ranges that have to leave the named location, each with its cause, until Graph has taken a list without them.
package struct Departures: Hashable, Sendable {
    /// Why a range leaves; the words stand in ledger and journal.
    package enum Cause: String, Hashable, Sendable {
        case expired
        case revoked
        case flushed
        /// A newer grant of the same key holds other ranges.
        case replaced
        /// Graph took it, but its request failed after all.
        case refused
        /// A lease for later: the clock was set back before its start.
        case early
        /// Pinned ranges have taken the room.
        case noRoom
        /// Pinned, or the sentinel, when the last list was written.
        case unpinned
    }

    package struct Departure: Hashable, Sendable {
        package let cause: Cause
        /// Since when the range should be gone.
        package let since: Timestamp

        package init(cause: Cause, since: Timestamp) {
            (self.cause, self.since) = (cause, since)
        }
    }

    package private(set) var byRange: [CIDR: Departure]
    /// Noted since the last list was sent, which may hold them still.
    private var late: Set<CIDR> = []
    /// Came, changed or went since the ledger was recorded.
    private(set) var touched: Set<CIDR> = []

    package init(_ byRange: [CIDR: Departure] = [:]) {
        self.byRange = byRange
    }

    /// Of what is noted twice the older stays: it has been due longer.
    mutating func note(_ range: CIDR, _ departure: Departure) {
        late.insert(range)
        if let known = byRange[range], known.since <= departure.since { return }
        byRange[range] = departure
        touched.insert(range)
    }

    /// A list is sent that has none of these ranges, but for addresses that others hold.
    mutating func wereSent() {
        late = []
    }

    /// A list was taken: what was noted before it was sent has left; what came later has to leave if it is in it.
    mutating func wereTaken(with list: [CIDR]) {
        for range in byRange.keys where !late.contains(range) || !list.touches(range) {
            byRange[range] = nil
            touched.insert(range)
        }
    }

    mutating func wasRecorded() { touched = [] }
}

extension Departures {
    package static func == (left: Departures, right: Departures) -> Bool { left.byRange == right.byRange }

    package func hash(into hasher: inout Hasher) { hasher.combine(byRange) }
}

extension Ledger {
    /// What a list would take away from Graph and why; `besides` are causes that the ledger does not know.
    package func leaving(
        for list: [CIDR], besides: some Sequence<(CIDR, Departures.Cause)> = EmptyCollection()
    ) -> Leaving {
        let gone = IPRangeSet.subtracting(list, from: listed)
        guard !gone.isEmpty else { return Leaving(ranges: [], unexplained: []) }
        var causes: [CIDR: Departures.Cause] = [:]
        for range in kept { causes[range] = .unpinned }
        for (range, cause) in besides { causes[range] = cause }
        for (range, departure) in departures.byRange { causes[range] = departure.cause }
        let ranges = causes.filter { gone.touches($0.key) }.map { Leaving.Range(range: $0.key, cause: $0.value) }
        return Leaving(
            ranges: ranges.sorted { $0.range < $1.range },
            unexplained: IPRangeSet.subtracting(causes.keys, from: gone))
    }

    /// Departures that the desired list shows to be due still: who is held by another lease does not leave.
    package func overdue(desired: [CIDR]) -> [CIDR: Departures.Departure] {
        guard !departures.byRange.isEmpty else { return [:] }
        let due = IPRangeSet.subtracting(desired, from: listed + perhapsListed)
        return departures.byRange.filter { due.touches($0.key) }
    }
}
