/// The lists of ranges that a ledger keeps, each sorted and without duplicates.
package struct LedgerLists: Hashable, Sendable {
    /// The words stand in the database.
    package enum Kind: String, CaseIterable, Sendable {
        /// What Graph took last.
        case confirmed
        /// Pinned then, and the sentinel.
        case kept
        /// What later lists, whose end nobody knows, may have added.
        case perhaps
        /// Found at the first start, and kept for good.
        case adopted
    }

    package var confirmed: [CIDR] = []
    package var kept: [CIDR] = []
    package var perhaps: [CIDR] = []
    package var adopted: [CIDR] = []

    package init() {}

    package subscript(kind: Kind) -> [CIDR] {
        get {
            switch kind {
            case .confirmed: confirmed
            case .kept: kept
            case .perhaps: perhaps
            case .adopted: adopted
            }
        }
        set {
            switch kind {
            case .confirmed: confirmed = newValue
            case .kept: kept = newValue
            case .perhaps: perhaps = newValue
            case .adopted: adopted = newValue
            }
        }
    }

    /// Puts what was read in any order into the order of a list.
    package mutating func sort() {
        for kind in Kind.allCases { self[kind].sort() }
    }

    /// Ranges that came and went.
    func changes(since former: LedgerLists) -> [LedgerChange.Listing] {
        Kind.allCases.flatMap { kind -> [LedgerChange.Listing] in
            let (old, new) = (former[kind], self[kind])
            guard old != new else { return [] }
            let (before, after) = (Set(old), Set(new))
            return old.filter { !after.contains($0) }.map {
                LedgerChange.Listing(kind: kind, range: $0, isListed: false)
            }
                + new.filter { !before.contains($0) }.map {
                    LedgerChange.Listing(kind: kind, range: $0, isListed: true)
                }
        }
    }
}
