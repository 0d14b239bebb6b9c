/// A verdict that a plan has reached about an item.
package struct PlannedVerdict: Sendable {
    package enum Ending: Sendable {
        /// Graph has taken it, or it needs no list: then there is no receipt.
        case settles(Receipt?)
        case fails(Failure)
    }

    package let claim: ClaimName
    package let ending: Ending
}

/// What a decision does to a ledger.
extension Ledger {
    /// Its outcome stands in the ledger from now on, and is told once that is recorded.
    mutating func carryOut(_ ending: PlannedVerdict.Ending, of item: Item, at now: Timestamp) -> Outcome {
        let outcome =
            switch ending {
            case .settles(let receipt): settle(item, receipt, at: now)
            case .fails(let failure): fail(item, failure, at: now)
            }
        settle(outcome.claim, as: outcome.verdict)
        return outcome
    }

    private mutating func settle(_ item: Item, _ receipt: Receipt?, at now: Timestamp) -> Outcome {
        guard let lease = item.grant else { return Outcome(item, receipt: receipt) }
        // What Graph took was there, though its time be over before it could be recorded: it expires like any other.
        switch take(lease, at: now) {
        case .applied:
            let start = lease.startsAt.flatMap { $0 > now ? "accepted, starts at \($0)" : nil }
            return Outcome(item, done: start, receipt: receipt)
        case .superseded:
            return Outcome(item, done: "superseded by a newer grant of the same key", receipt: receipt)
        case .refused:
            // A revoke arrived while the list was under way.
            remember(refused: lease, at: now)
            return Outcome(item, failed: refusal(of: lease, at: now) ?? .overtaken, receipt: receipt)
        }
    }

    /// Graph may have taken its ranges all the same, so they have to leave.
    private mutating func fail(_ item: Item, _ failure: Failure, at now: Timestamp) -> Outcome {
        if let lease = item.grant {
            // What Entra refused may be tried again; what time or the ledger refused must not come to life.
            if failure.isFinal { remember(refused: lease, at: now) }
            depart(lease.ranges, .refused, since: now, at: now)
        }
        return Outcome(item, failed: failure)
    }
}

extension Failure {
    fileprivate static let overtaken = Failure(.spool005, "a revoke overtook this grant")

    /// Refused by time or ledger, which no retry of the same request changes.
    fileprivate var isFinal: Bool { code == .spool004 || code == .spool005 }

    static let locationFull = Failure(
        .entra051,
        "location full: Entra takes \(Ledger.limit) ranges in one named location, and the grants before this one need "
            + "them all; end grants, or spread the users over two locations")
}
