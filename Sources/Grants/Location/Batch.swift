/// What one location commits at once: its next ledger, and the verdicts that come with it.
package struct Batch: Sendable {
    package private(set) var ledger: Ledger
    package private(set) var outcomes: [Outcome] = []

    init(_ ledger: Ledger) {
        self.ledger = ledger
    }

    package var location: String { ledger.location }

    /// Enters an item that Graph has taken, or that needs no list.
    mutating func settle(_ item: Item, receipt: Receipt? = nil, at now: Timestamp) {
        guard let lease = item.grant else { return add(Outcome(item, receipt: receipt)) }
        // What Graph took was there, though its time be over before it could be recorded: it expires like any other.
        switch ledger.take(lease, at: now) {
        case .applied:
            let start = lease.startsAt.flatMap { $0 > now ? "accepted, starts at \($0)" : nil }
            add(Outcome(item, done: start, receipt: receipt))
        case .superseded:
            add(Outcome(item, done: "superseded by a newer grant of the same key", receipt: receipt))
        case .refused:
            // A revoke arrived while the list was under way.
            ledger.remember(refused: lease, at: now)
            add(Outcome(item, failed: ledger.refusal(of: lease, at: now) ?? .overtaken, receipt: receipt))
        }
    }

    /// Graph may have taken its ranges all the same, so they have to leave.
    mutating func fail(_ item: Item, _ failure: Failure, at now: Timestamp) {
        if let lease = item.grant {
            // What Entra refused may be tried again; what time or the ledger refused must not come to life.
            if failure.isFinal { ledger.remember(refused: lease, at: now) }
            ledger.depart(lease.ranges, .refused, since: now)
        }
        add(Outcome(item, failed: failure))
    }

    private mutating func add(_ outcome: Outcome) {
        outcomes.append(outcome)
        ledger.settling[outcome.claim] = outcome.verdict
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
