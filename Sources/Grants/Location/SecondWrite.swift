/// A write whose end is not known may arrive late, so the next success is repeated some time later.
package enum SecondWrite: Hashable, Sendable {
    case none
    case owed
    case due(ContinuousClock.Instant)
}
