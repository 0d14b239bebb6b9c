/// What is known of the list at Graph.
package enum Confirmation: String, Hashable, Sendable {
    /// Nothing was ever sent there.
    case never
    /// A write may be under way or may land late.
    case unconfirmed
    /// It is the one that was taken last.
    case confirmed
}
