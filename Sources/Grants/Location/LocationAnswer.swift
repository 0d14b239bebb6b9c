/// How such a request ended.
package enum LocationAnswer: Sendable {
    /// The ranges as Graph returned them, and what an operator decided about them, if anything.
    case read([String], Adoption?)
    case looked([String])
    case lookFailed
    case taken(Receipt)
    case failed(LocationFailure)
}
