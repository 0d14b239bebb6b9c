/// What is wrong at a location and an operator should know.
package enum LocationAlarm: Hashable, Sendable {
    /// Ended or revoked, and still in Entra.
    case overdue([CIDR], since: Timestamp)
    case unexplained([CIDR])
    /// Pinned ranges that Graph refuses; the list goes without them.
    case refusedPins([CIDR])
    /// 90 % of what Entra takes.
    case nearlyFull(Int)
    /// Leases that the list cannot show.
    case overfull([Lease])
}
