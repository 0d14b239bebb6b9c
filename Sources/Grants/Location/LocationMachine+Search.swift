/// What may make Graph refuse a list: everything in it that Graph has not taken before.
enum Suspect: Hashable, Sendable {
    case item(ClaimName)
    /// Its time has come, or it came in by a list that was merged.
    case lease(LeaseKey)
    case pin(CIDR)
}

extension LocationMachine {
    /// The next list of a search, and the items whose fate it decides.
    func nextStep(of search: RefusedListSearch<Suspect>, at now: Timestamp) -> (
        step: RefusedListSearch<Suspect>.Step, request: LocationRequest
    ) {
        let wanted = desired(at: now)
        let known = IPRangeSet.merged(ledger.listed)
        let found = suspects(in: wanted, known, at: now)
        let kept = wanted.filter(known.covers)
        let leaves = !IPRangeSet.subtracting(kept.isEmpty ? [settings.sentinelRange] : kept, from: ledger.listed)
            .isEmpty
        let step = search.next(among: found.map(\.suspect), leaves: leaves)
        var tried: Set<Suspect> = []
        if case .with(let some) = step { tried = Set(some) }
        let open = Set(found.map(\.suspect)).subtracting(tried)
        let added = IPRangeSet.union(of: found.filter { tried.contains($0.suspect) }.flatMap(\.ranges))
        let list = wanted.filter { known.covers($0) || added.touches($0) }
        let carried = items.all.lazy.filter { item in
            if case .refused = item.stage { return false }
            return !open.contains(.item(item.claim))
        }
        let request = LocationRequest.write(
            list: list.isEmpty ? [settings.sentinelRange] : list, carrying: Set(carried.map(\.claim)),
            mayAdd: !tried.isEmpty)
        return (step, request)
    }

    /// In the order in which they came; nothing of it is remembered from one step to the next.
    private func suspects(in wanted: [CIDR], _ known: [CIDR], at now: Timestamp) -> [(
        suspect: Suspect, ranges: [CIDR]
    )] {
        func new(_ ranges: [CIDR]) -> [CIDR] { ranges.filter { !known.covers($0) && wanted.touches($0) } }
        let grants = items.all.compactMap { item -> (suspect: Suspect, ranges: [CIDR])? in
            item.wantedGrant.flatMap { $0.isActive(at: now) ? (.item(item.claim), new($0.ranges)) : nil }
        }
        let leases = ledger.leases.values.filter { $0.isActive(at: now) }.sorted { $0.order < $1.order }
            .map { (suspect: Suspect.lease($0.key), ranges: new($0.ranges)) }
        let pins = pinned.sorted().map { (suspect: Suspect.pin($0), ranges: new([$0])) }
        return (grants + leases + pins).filter { !$0.ranges.isEmpty }
    }

    /// Graph refused the list under way (400); nil where the search goes on, else whose fault it is.
    func searchOn(after failure: Failure, at now: Timestamp) -> [LocationFact]? {
        refusal = failure
        guard var search else {
            let known = IPRangeSet.merged(ledger.listed)
            let found = suspects(in: desired(at: now), known, at: now)
            guard !found.isEmpty else { return nil }
            self.search = RefusedListSearch(refused: found.map(\.suspect))
            return []
        }
        let finding = search.wasRefused()
        self.search = finding == .locationAtFault ? nil : search
        return finding == .locationAtFault ? nil : act(on: finding, failure, at: now)
    }

    /// Graph took the list under way.
    func searchOn(at now: Timestamp) -> [LocationFact] {
        guard var search else { return [] }
        let finding = search.wasAccepted()
        self.search = search
        let facts = act(on: finding, refusal, at: now)
        if nextStep(of: search, at: now).step == .finished { self.search = nil }
        return facts
    }

    private func act(
        on finding: RefusedListSearch<Suspect>.Finding?, _ failure: Failure?, at now: Timestamp
    ) -> [LocationFact] {
        let failure = failure ?? Failure(.entra051, "Graph refuses a list with it")
        switch finding {
        case .bad(.item(let claim)):
            items.refuse([claim], failure.about("Graph refuses the addresses of this request, also alone: "))
        case .bad(.lease(let key)):
            guard let lease = ledger.refuse(key, at: now) else { return [] }
            hasUnrecordedRemovals = true
            return [.refused(lease, failure)]
        case .bad(.pin(let range)): refusedPins.append(range)
        case .exhausted:
            let waiting = items.all.filter { $0.wantedGrant != nil }.map(\.claim)
            items.refuse(
                waiting,
                failure.about("not isolated: Graph refused lists with this request in it, and the search ended: "))
            search = nil
        case .locationAtFault, nil: break
        }
        return []
    }
}

extension Failure {
    /// No retry of the same request changes it.
    fileprivate func about(_ beginning: String) -> Failure {
        Failure(code, beginning + detail, remedy: .fail, status: status, graphRequestId: graphRequestId)
    }

    /// Graph refuses whatever is sent, so no item is at fault.
    var blamingTheLocation: Failure {
        Failure(
            code, "the location refuses every list, also one without anything new: " + detail, remedy: .grace,
            status: status, graphRequestId: graphRequestId)
    }
}
