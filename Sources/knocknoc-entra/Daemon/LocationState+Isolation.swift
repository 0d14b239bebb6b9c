import Grants
import Spool

extension LocationState {
    /// Takes note that Graph refused a list (400); false where no item is to blame, but the location itself.
    func noteRefusal(of carried: Set<ClaimName>, because error: Failure) -> Bool {
        if isolation == nil {
            let grants = waiting.filter { $0.grant != nil && carried.contains($0.file.claim) }.map(\.file.claim)
            guard !grants.isEmpty else { return false }
            isolation = (BadItemSearch(grants), error)
            return true
        }
        guard isolation?.search.wasRefused() ?? false else { return false }
        isolation?.error = error
        endIsolation()
        return true
    }

    /// Graph took the list of the search's present step.
    func noteAcceptance(of carried: Set<ClaimName>) {
        isolation?.search.wasAccepted(carrying: carried)
        endIsolation()
    }

    /// The items that the search has found, and those it had to leave, fail; the rest of the list goes on.
    private func endIsolation() {
        guard let (isolation, error) = isolation else { return }
        let bad = Set(isolation.bad)
        let unresolved = Set(isolation.unresolved)
        var kept: [Waiting] = []
        for item in waiting {
            if bad.contains(item.file.claim) {
                refused.append((item, error.about("Graph refuses the addresses of this request, also alone: ")))
            } else if unresolved.contains(item.file.claim) {
                refused.append(
                    (
                        item,
                        error.about("not isolated: Graph refused lists with this request in it, and the search ended: ")
                    ))
            } else {
                kept.append(item)
            }
        }
        if kept.count < waiting.count { waiting = kept }
        if isolation.step == .finished { self.isolation = nil }
    }
}

extension Failure {
    fileprivate func about(_ beginning: String) -> Failure {
        Failure(code, beginning + detail, remedy: .fail, status: status, graphRequestId: graphRequestId)
    }
}
