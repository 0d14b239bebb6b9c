/// The tenant's named locations, each with the version before the last write.
struct LocationStore: Sendable {
    private struct Versions {
        var current: TenantLocation?
        var previous: TenantLocation?
        var changedAt = -Double.infinity
        var staleReads = 0
    }

    private var order: [String] = []
    private var versions: [String: Versions] = [:]

    init(_ locations: [TenantLocation]) {
        for location in locations {
            order.append(location.id)
            versions[location.id] = Versions(current: location)
        }
    }

    var count: Int { all.count }
    var all: [TenantLocation] { order.compactMap { versions[$0]?.current } }

    /// What is there now, as the next write finds it.
    func current(_ id: String) -> TenantLocation? { versions[id.lowercased()]?.current }

    /// What a read returns: for a while after a write the replicas give the old and the new in turn.
    mutating func read(_ id: String, at now: ClockReading, staleFor seconds: Double) -> TenantLocation? {
        guard var found = versions[id.lowercased()] else { return nil }
        guard now.monotonic - found.changedAt < seconds else { return found.current }
        found.staleReads += 1
        versions[id.lowercased()] = found
        return found.staleReads.isMultiple(of: 2) ? found.current : found.previous
    }

    mutating func readAll(at now: ClockReading, staleFor seconds: Double) -> [TenantLocation] {
        order.compactMap { read($0, at: now, staleFor: seconds) }
    }

    /// Nil deletes.
    mutating func write(_ location: TenantLocation?, id: String, at now: ClockReading) {
        let id = id.lowercased()
        if versions[id] == nil { order.append(id) }
        versions[id] = Versions(current: location, previous: versions[id]?.current, changedAt: now.monotonic)
    }
}
