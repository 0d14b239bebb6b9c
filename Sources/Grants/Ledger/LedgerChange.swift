/// What has changed in a ledger since it was recorded last, and so what a commit has to write; nil is what is gone.
package struct LedgerChange: Sendable {
    package struct Listing: Sendable {
        package let kind: LedgerLists.Kind
        package let range: CIDR
        /// False where it has left the list.
        package let isListed: Bool
    }

    package let location: String
    package let id: String
    package let mayHaveSent: Bool
    /// It is written only where it still is: an operator may have it forgotten.
    package internal(set) var isDraining = false
    package let forgotten: Timestamp?
    package let sentinel: CIDR?
    package let leases: [(key: LeaseKey, lease: Lease?)]
    package let endings: [(key: LeaseKey, ending: Endings.Ending?)]
    package let tombstones: [(removal: Removal, tombstone: Tombstones.Tombstone?)]
    package let departures: [(range: CIDR, departure: Departures.Departure?)]
    package let lists: [Listing]
    package let verdicts: [(claim: ClaimName, verdict: Verdict?)]
}

extension Ledger {
    /// What a commit has to write; `mayHaveSent` is true where a list may have been sent, or may be from now on.
    package func change(mayHaveSent: Bool) -> LedgerChange {
        LedgerChange(
            location: location, id: id, mayHaveSent: mayHaveSent, forgotten: forgotten, sentinel: sentinel,
            leases: table.touched.map { ($0, table[$0]) }, endings: endings.touched.map { ($0, endings[$0]) },
            tombstones: tombstones.touched.map { ($0, tombstones[$0]) },
            departures: departures.touched.map { ($0, departures.byRange[$0]) },
            lists: lists.changes(since: recordedLists), verdicts: touchedVerdicts.map { ($0, settling[$0]) })
    }

    /// All of it, as for a database that knows nothing of it yet.
    package var whole: LedgerChange {
        LedgerChange(
            location: location, id: id, mayHaveSent: confirmation != .never, forgotten: forgotten, sentinel: sentinel,
            leases: leases.map { ($0, $1) }, endings: endings.byKey.map { ($0, $1) },
            tombstones: tombstones.all.map { ($0, $1) }, departures: departures.byRange.map { ($0, $1) },
            lists: lists.changes(since: LedgerLists()), verdicts: settling.map { ($0, $1) })
    }
}
