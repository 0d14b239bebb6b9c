import Grants

/// What has to be so when nothing is left to do.
extension Oracle {
    func checkRest() {
        for item in items.values.sorted(by: { $0.number < $1.number }) where !item.isDiscarded && !item.isLost {
            let found = places(of: item)
            guard found.count == 1, let place = found.first else {
                violate("i\(item.number) is in \(found), was seen in \(item.seen ?? "no place")")
                continue
            }
            if item.seen == nil, item.mayBeBack, item.former == place { holdsAgain(item.number) }
            if place == "incoming" || place == "work" { violate("i\(item.number) rests in \(place)/") }
            if let seen = item.seen, seen != place {
                violate("i\(item.number) was seen in \(seen) and rests in \(place)")
            }
            if let node = disk.nodes[item.node], node.bytes != item.text {
                violate("the bytes of i\(item.number) have changed")
            }
        }
        for (location, id) in ids.sorted(by: { $0.key < $1.key }) {
            let held = graph.locations[id]?.held ?? []
            // What a lost file has brought about by then may stand or not.
            if items.values.contains(where: { $0.isLost && $0.request.location == location }) { continue }
            let wanted = wanted(location)
            if held != wanted {
                violate("\(location) holds \(held.sorted()), and the requests come to \(wanted.sorted())")
            }
            if wanted.isEmpty, graph.locations[id]?.ranges.count != 1 { violate("\(location) has no sentinel") }
        }
    }

    /// The result of all that neither Entra nor its bytes failed, as a function of the requests alone.
    func wanted(_ location: String) -> Set<Int> {
        var newest: [String: Item] = [:]
        for number in grants[location]?.all ?? [] {
            guard let item = items[number], item.isGrant, !item.isOut else { continue }
            if let other = newest[item.key], item.precedes(other) { continue }
            newest[item.key] = item
        }
        var wanted: Set<Int> = []
        for item in newest.values where clock.truth < item.endsAt && item.startsAt.map({ $0 <= clock.truth }) ?? true {
            for range in item.request.ranges where !isTaken(range, of: item) { wanted.formUnion(range) }
        }
        return wanted
    }

    /// Addresses at Graph that no grant explains, whatever has yet to be judged; the list of somebody else explains all.
    func ghosts() -> [String] {
        ids.compactMap { location, id in
            guard let held = graph.locations[id], !held.isDisturbed,
                !items.values.contains(where: { $0.isLost && $0.request.location == location })
            else { return nil }
            let left = held.held.subtracting(wanted(location))
            return left.isEmpty ? nil : "\(location) still has \(left.sorted())"
        }
    }

    /// When the result changes next by itself.
    var nextChange: Duration? {
        let times = items.values.flatMap { [$0.endsAt, $0.startsAt ?? $0.endsAt] }.filter { $0 > clock.truth }
        return times.min().map { clock.elapsed + ($0 - clock.truth) }
    }
}
