/// What is to become of a list that was there before us.
package enum Adoption: Hashable, Sendable, CustomStringConvertible {
    case replace
    /// Kept for good, as if it were pinned in the configuration.
    case pin
    /// Kept as leases that end.
    case keep(Duration)

    package var description: String {
        switch self {
        case .replace: "replace"
        case .pin: "pin"
        case .keep(let duration): "for \(duration.clock)"
        }
    }

    /// Reads `description` back.
    package init?(_ text: String) {
        let words = text.split(separator: " ")
        switch words.first {
        case "replace" where words.count == 1: self = .replace
        case "pin" where words.count == 1: self = .pin
        case "for" where words.count == 2:
            guard let duration = Duration(clock: String(words[1])) else { return nil }
            self = .keep(duration)
        default: return nil
        }
    }
}
