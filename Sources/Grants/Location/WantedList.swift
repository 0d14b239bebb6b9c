/// What ledger and waiting grants come to at a moment.
struct WantedList {
    let ranges: DesiredRanges
    /// Whether it is the list that Graph took last.
    let isListed: Bool
    /// When a lease or a waiting grant next starts or ends.
    let until: Timestamp?

    init(_ machine: LocationMachine, at now: Timestamp) {
        ranges = machine.ranges(at: now, adding: machine.items.grants)
        isListed = ranges.list == machine.ledger.listed
        var next = machine.ledger.nextChange(after: now)
        for grant in machine.items.grants {
            let change = grant.startsAt.map { $0 > now ? $0 : grant.expiresAt } ?? grant.expiresAt
            next = min(next ?? change, change)
        }
        until = next
    }
}

/// The list that a location should hold.
extension LocationMachine {
    /// From the configuration, and what was found at the first start and kept.
    package var pinned: [CIDR] {
        let pinned = settings.pinnedRanges + ledger.adopted
        return refusedPins.isEmpty ? pinned : pinned.filter { !refusedPins.contains($0) }
    }

    package func firstLook(at found: [String]) -> FirstLook {
        FirstLook(found, pinned: pinned, sentinel: settings.sentinelRange)
    }

    func ranges(at now: Timestamp, adding grants: some Sequence<Lease>) -> DesiredRanges {
        ledger.desiredRanges(at: now, adding: grants, pinned: pinned, sentinel: settings.sentinelRange)
    }

    /// Waiting grants included, as far as there is room.
    package func desired(at now: Timestamp) -> [CIDR] { wantedList(at: now).ranges.list }

    /// What may be sent while nothing can be recorded: nothing new, only what leaves.
    private func desiredWithoutAdditions(at now: Timestamp) -> [CIDR] {
        ledger.desiredWithoutAdditions(
            at: now, adding: items.grants, pinned: pinned, sentinel: settings.sentinelRange)
    }

    /// The next list, and the items whose fate it decides.
    package func nextWrite(at now: Timestamp, mayAdd: Bool) -> LocationRequest {
        let waiting = items.all.lazy.filter { if case .refused = $0.stage { false } else { true } }
        guard mayAdd else {
            let removals = waiting.filter { $0.grant == nil }.map(\.claim)
            return .write(list: desiredWithoutAdditions(at: now), carrying: Set(removals), mayAdd: false)
        }
        if let search { return nextStep(of: search, at: now).request }
        let ranges = wantedList(at: now).ranges
        let left = Set(ranges.withoutRoom.map(\.order.name))
        return .write(
            list: ranges.list, carrying: Set(waiting.filter { !left.contains($0.name) }.map(\.claim)), mayAdd: true)
    }

    /// Whether Graph has to be written to.
    package func needsWrite(at now: Moment, mayAdd: Bool = true) -> Bool {
        switch ledger.confirmation {
        case .never: mayAdd && items.hasWaiting
        case .unconfirmed: true
        case .confirmed:
            isSecondWriteDue(at: now)
                || !(mayAdd
                    ? wantedList(at: now.wall).isListed : ledger.listed == desiredWithoutAdditions(at: now.wall))
        }
    }

    func isSecondWriteDue(at now: Moment) -> Bool {
        if case .due(let instant) = secondWrite { instant <= now.monotonic } else { false }
    }

    /// What a list takes from Graph and why; causes that no ledger holds yet are looked for only where one is missing.
    package func leaving(with list: [CIDR], at now: Timestamp) -> Leaving {
        let leaving = ledger.leaving(for: list)
        return leaving.unexplained.isEmpty ? leaving : ledger.leaving(for: list, besides: passingCauses(at: now))
    }

    private func passingCauses(at now: Timestamp) -> [(CIDR, Departures.Cause)] {
        var causes: [(CIDR, Departures.Cause)] = []
        for lease in ledger.leases.values where !lease.isActive(at: now) {
            causes += lease.ranges.map { ($0, .early) }
        }
        causes += wantedList(at: now).ranges.hidden.flatMap(\.ranges).map { ($0, .noRoom) }
        for grant in items.all.lazy.compactMap(\.grant) {
            // Graph has taken it, and it could not be recorded since.
            causes += grant.ranges.map { ($0, .refused) }
            if let held = ledger.leases[grant.key], held.order < grant.order {
                causes += held.ranges.map { ($0, .replaced) }
            }
        }
        return causes
    }

    /// What has ended and may still be in Entra, with the cause and since when.
    package func overdue(at now: Timestamp) -> [CIDR: Departures.Departure] {
        isPaused || ledger.departures.byRange.isEmpty ? [:] : ledger.overdue(desired: desired(at: now))
    }
}
