/// The tenant's quota: so many requests in a sliding second, over all apps and locations.
struct RateWindow: Sendable {
    /// Room for the wire: two requests sent a second apart may arrive a little closer than that.
    private static let tolerance = 0.02

    private var taken: [Double] = []
    /// Another client of the tenant has used the quota up to this moment.
    var usedUpUntil = -Double.infinity

    mutating func admits(at now: Moment, rate: Double, countsRefused: Bool) -> Bool {
        guard rate > 0 else { return now.monotonic >= usedUpUntil }
        // Less than one a second is one in a longer window.
        let capacity = max(1, Int(rate))
        let window = rate < 1 ? 1 / rate : 1
        taken.removeAll { $0 <= now.monotonic - window + RateWindow.tolerance }
        let admitted = taken.count < capacity && now.monotonic >= usedUpUntil
        if admitted || countsRefused { taken.append(now.monotonic) }
        if taken.count > capacity { taken.removeFirst(taken.count - capacity) }
        return admitted
    }
}
