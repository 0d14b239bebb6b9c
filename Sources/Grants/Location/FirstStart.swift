/// What happens to a list that was there before the first write.
package enum FirstStart: String, CaseIterable, Sendable {
    case guarded = "guard"
    case replace
    case adopt

    /// What was decided beforehand; nil: an operator has to decide.
    package var decision: Adoption? {
        switch self {
        case .guarded: nil
        case .replace: .replace
        case .adopt: .pin
        }
    }
}
