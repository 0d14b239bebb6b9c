/// Graph refused a list (400), and the items whose ranges it refuses are searched for.
package struct RefusedListSearch: Hashable, Sendable {
    private var steps: BadItemSearch<ClaimName>
    private var failure: Failure

    /// Nil where the list carried no grant, so that no item is to blame.
    fileprivate init?(_ carried: [ClaimName], _ failure: Failure) {
        guard !carried.isEmpty else { return nil }
        steps = BadItemSearch(carried)
        self.failure = failure
    }

    var isOver: Bool { steps.step == .finished }

    /// Grants that the next list tries beside what Graph has already.
    var tried: Set<ClaimName> {
        if case .with(let items) = steps.step { Set(items) } else { [] }
    }

    /// False where Graph refuses every list, so that the location is to blame.
    fileprivate mutating func wasRefused(_ failure: Failure) -> Bool {
        guard steps.wasRefused() else { return false }
        self.failure = failure
        return true
    }

    mutating func wasAccepted(carrying claims: Set<ClaimName>) {
        steps.wasAccepted(carrying: claims)
    }

    mutating func forget(_ claims: Set<ClaimName>) {
        steps.forget(claims)
    }

    /// What has been found so far fails; the rest of the list goes on.
    func judge(_ items: inout ItemTable) {
        items.refuse(steps.bad, failure.about("Graph refuses the addresses of this request, also alone: "))
        items.refuse(
            steps.unresolved,
            failure.about("not isolated: Graph refused lists with this request in it, and the search ended: "))
    }
}

extension RefusedListSearch? {
    /// Begins the search, or goes on with it; false where no item is to blame, but the location itself.
    mutating func wasRefused(_ failure: Failure, _ carried: Set<ClaimName>, _ items: ItemTable) -> Bool {
        guard self == nil else { return self?.wasRefused(failure) ?? false }
        let grants = items.all.filter { $0.wantedGrant != nil && carried.contains($0.claim) }
        self = RefusedListSearch(grants.map(\.claim), failure)
        return self != nil
    }
}

extension Failure {
    private func about(_ beginning: String, remedy: Remedy) -> Failure {
        Failure(code, beginning + detail, remedy: remedy, status: status, graphRequestId: graphRequestId)
    }

    fileprivate func about(_ beginning: String) -> Failure {
        about(beginning, remedy: .fail)
    }

    /// Graph refuses whatever is sent, so no item is at fault.
    var blamingTheLocation: Failure {
        about("the location refuses every list, also one without anything new: ", remedy: .grace)
    }
}
