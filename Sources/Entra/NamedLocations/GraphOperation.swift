/// What a request was for; the same answer means different things to each.
package enum GraphOperation: String, Hashable, Sendable, CaseIterable {
    /// POST to Entra's token endpoint.
    case token
    /// GET of one named location.
    case get
    /// PATCH of one named location.
    case patch
    /// GET of the discovery document, or of the signing keys that it leads to.
    case keys
    /// POST that asks for somebody's groups.
    case groups
}

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
