/// A request to Graph about one named location.
package enum LocationRequest: Hashable, Sendable {
    /// Before the first write of a life: whether it exists and is an IP location.
    case read
    /// For drift.
    case look
    case write(list: [CIDR], carrying: Set<ClaimName>, mayAdd: Bool)
}
