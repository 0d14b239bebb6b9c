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
