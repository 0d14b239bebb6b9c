/// The tenant's quota: so many requests in a sliding second, over all apps and locations.
struct RateWindow: Sendable {
    private var taken: [Double] = []
    /// Another client of the tenant has used the quota up to this moment.
    var usedUpUntil = -Double.infinity

    mutating func admits(at now: ClockReading, by settings: EmulatorSettings) -> Bool {
        let rate = settings.rate
        guard rate > 0 else { return now.monotonic >= usedUpUntil }
        // Less than one a second is one in a longer window.
        let capacity = max(1, Int(rate))
        let window = rate < 1 ? 1 / rate : 1
        let tolerance = Double(settings.rateToleranceMilliseconds) / 1_000
        taken.removeAll { $0 <= now.monotonic - window + tolerance }
        let admitted = taken.count < capacity && now.monotonic >= usedUpUntil
        if admitted || settings.countsRefused { taken.append(now.monotonic) }
        if taken.count > capacity { taken.removeFirst(taken.count - capacity) }
        return admitted
    }
}
