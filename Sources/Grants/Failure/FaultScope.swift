/// What is broken while a failure lasts, and so what has to wait with it.
package enum FaultScope: String, Hashable, Sendable {
    /// The token endpoint, or Graph as a whole, whichever was asked.
    case endpoint
    /// The request budget that all named locations of the tenant share.
    case tenant
    case location
    /// One of the new ranges in the list; the location itself is well.
    case item
}
