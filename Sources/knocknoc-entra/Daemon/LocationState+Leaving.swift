import Grants

extension LocationState {
    /// What a list takes from Graph and why; the causes that no ledger holds yet are looked for only where one is missing.
    func leaving(with list: [CIDR], at now: Timestamp) -> Leaving {
        let leaving = ledger.leaving(for: list)
        return leaving.unexplained.isEmpty ? leaving : ledger.leaving(for: list, besides: passingCauses(at: now))
    }

    private func passingCauses(at now: Timestamp) -> [(CIDR, Departures.Cause)] {
        var causes: [(CIDR, Departures.Cause)] = []
        for lease in ledger.leases.values where !lease.isActive(at: now) {
            causes += lease.ranges.map { ($0, .early) }
        }
        causes += room(at: now).hidden.flatMap(\.ranges).map { ($0, .noRoom) }
        for grant in waiting.compactMap(\.grant) + refused.compactMap(\.item.grant) {
            // Graph has taken it, and it could not be recorded since.
            causes += grant.ranges.map { ($0, .refused) }
            if let held = ledger.leases[grant.key], held.order < grant.order {
                causes += held.ranges.map { ($0, .replaced) }
            }
        }
        return causes
    }
}
