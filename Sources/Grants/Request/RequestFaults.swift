/// All that is wrong with a request, so that its writer mends it once and not fault by fault.
struct RequestFaults {
    /// Best first: what is likely the cause of the others is said before them, and its code is the verdict.
    enum Kind: Int, CaseIterable {
        case unknownField
        case action
        case value
        case conflict
        case missing
        case location
        case address

        var code: FailureCode {
            switch self {
            case .unknownField, .action, .value, .conflict, .missing: .spool002
            case .location: .spool003
            case .address: .entra051
            }
        }
    }

    private static let mostShown = 5
    private var found: [(kind: Kind, text: String)] = []
    private var counts = Array(repeating: 0, count: Kind.allCases.count)

    /// The text is made only where it can be shown: a file may have 2,000 bad addresses.
    mutating func add(_ kind: Kind, _ text: @autoclosure () -> String) {
        counts[kind.rawValue] += 1
        if counts[kind.rawValue] <= Self.mostShown { found.append((kind, text())) }
    }

    /// Nil where nothing is wrong.
    var verdict: Failure? {
        let sorted = Kind.allCases.flatMap { kind in found.filter { $0.kind == kind } }
        guard let first = sorted.first else { return nil }
        let total = counts.reduce(0, +)
        guard total > 1 else { return Failure(first.kind.code, first.text) }
        let shown = sorted.prefix(Self.mostShown).enumerated().map { "\($0 + 1)) \($1.text)" }
        let rest = total > shown.count ? "; and \(total - shown.count) more" : ""
        return Failure(first.kind.code, "\(total) faults: " + shown.joined(separator: "; ") + rest)
    }
}
