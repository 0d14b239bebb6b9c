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
        if item.isGrant { return item.request.ranges.contains { isTaken($0, of: item) } }
        return meeting(item).contains { grant in
            grant.issuedAt > item.issuedAt
                && grant.request.ranges.contains { item.request.takes($0, of: grant.request) }
        }
    }

    /// Graph has, or had since it came, what nothing else has taken from it.
    private func checkGranted(_ item: Item) {
        let (location, now) = (item.request.location, clock.truth)
        guard item.endsAt > now + .seconds(60), item.startsAt == nil, clock.error == .zero
        else { return }
        let isSuperseded = (grants[location]?.numbers(of: .key(item.key)) ?? []).contains { number in
            items[number].map { $0.key == item.key && item.precedes($0) } ?? false
        }
        // After somebody else's write, or one that landed late, an item may settle on what Graph had taken: until the
        // second write, or until the drift is seen, nobody knows better.
        guard !isSuperseded, let held = ids[location].flatMap({ graph.locations[$0] }), !held.isDisturbed else {
            return
        }
        for range in item.request.ranges {
            let isThere = range.allSatisfy { address in
                held.held.contains(address) || held.leftAt[address].map { $0 >= item.since } ?? false
            }
            if !isThere, !isTaken(range, of: item) {
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
        var left: Set<Int> = []
        for grant in meeting(item) {
            for range in grant.request.ranges where item.takes(range, of: grant) {
                left.formUnion(range.filter { held.held.contains($0) && !isKept($0, by: item, location) })
            }
        }
        if !left.isEmpty { violate("i\(item.number) is done, and Graph still has \(left.sorted())") }
    }

    /// Whether some grant has an address in a range that a removal does not take.
    private func isKept(_ address: Int, by removal: Item, _ location: String) -> Bool {
        (grants[location]?.numbers(of: .address(address)) ?? []).contains { number in
            guard let grant = items[number], grant.isGrant else { return false }
            return grant.request.ranges.contains { $0.contains(address) && !removal.takes($0, of: grant) }
        }
    }
}
