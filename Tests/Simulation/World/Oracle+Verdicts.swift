import Grants

/// Whether a verdict is true at the moment at which it can be seen.
extension Oracle {
    func check(_ item: Item, _ verdict: String) {
        switch verdict {
        case "done":
            if item.request.kind == .nonsense { return violate("i\(item.number) is done and was no request") }
            if item.isGrant { checkGranted(item) } else { checkRemoved(item) }
        case "failed/SPOOL001":
            if item.request.kind != .nonsense { violate("i\(item.number) is \(verdict) and was well written") }
        case "failed/SPOOL004":
            // Where the clock is wrong, what the worker took for now is not known here.
            if !item.isGrant || clock.error == .zero && item.endsAt > clock.truth {
                violate("i\(item.number) is \(verdict) and is not over")
            }
        case "failed/SPOOL005":
            if !isOvertaken(item) { violate("i\(item.number) is \(verdict), and nothing explains it") }
        default:
            guard verdict.hasPrefix("failed/ENTRA") else { return violate("i\(item.number) is \(verdict)") }
            if graph.lastFault.map({ $0 < item.since }) ?? true {
                violate("i\(item.number) is \(verdict), and Graph did nothing wrong since it came")
            }
        }
    }

    private func isOvertaken(_ item: Item) -> Bool {
        let location = item.request.location
        if item.isGrant {
            return removals[location, default: []].contains { number in
                items[number].map { removal in item.request.ranges.contains { removal.takes($0, of: item) } } ?? false
            }
        }
        return grants[location, default: []].contains { number in
            items[number].map { grant in
                grant.issuedAt > item.issuedAt
                    && grant.request.ranges.contains { item.request.takes($0, of: grant.request) }
            } ?? false
        }
    }

    /// Graph has, or had since it came, what nothing else has taken from it.
    private func checkGranted(_ item: Item) {
        let (location, now) = (item.request.location, clock.truth)
        guard item.endsAt > now + .seconds(60), item.startsAt == nil, clock.error == .zero
        else { return }
        let isSuperseded = grants[location, default: []].contains { number in
            items[number].map { $0.key == item.key && item.precedes($0) } ?? false
        }
        // After somebody else's write, or one that landed late, an item may settle on what Graph had taken: until the
        // second write, or until the drift is seen, nobody knows better.
        guard !isSuperseded, !(ids[location].flatMap { graph.locations[$0] }?.isDisturbed ?? true),
            let held = heldOrLeft(location, since: item.since)
        else { return }
        for range in item.request.ranges where !held.isSuperset(of: range) {
            let isTaken = removals[location, default: []].contains { items[$0]?.takes(range, of: item) ?? false }
            if !isTaken {
                violate("i\(item.number) is done, and Graph never had \(SimulatedRequest.text(of: range))")
            }
        }
    }

    /// Graph has nothing any more that only what it ended explains.
    private func checkRemoved(_ item: Item) {
        let location = item.request.location
        guard let id = ids[location], let held = graph.locations[id], !held.isDisturbed,
            !graph.landings.contains(where: { $0.id == id })
        else { return }
        let all = grants[location, default: []].compactMap { items[$0] }
        var ended: Set<Int> = []
        var kept: Set<Int> = []
        for grant in all {
            for range in grant.request.ranges {
                if item.takes(range, of: grant) { ended.formUnion(range) } else { kept.formUnion(range) }
            }
        }
        let left = addresses(of: held.ranges).intersection(ended).subtracting(kept)
        if !left.isEmpty { violate("i\(item.number) is done, and Graph still has \(left.sorted())") }
    }

    private func heldOrLeft(_ location: String, since: Duration) -> Set<Int>? {
        guard let id = ids[location], let held = graph.locations[id] else { return nil }
        return addresses(of: held.ranges).union(addresses(of: held.leftAt.filter { $0.value >= since }.map(\.key)))
    }

    func addresses(of ranges: some Sequence<String>) -> Set<Int> {
        var found: Set<Int> = []
        for range in ranges { if let block = SimulatedRequest.addresses(of: range) { found.formUnion(block) } }
        return found
    }
}
