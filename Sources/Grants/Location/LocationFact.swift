/// What an event led to, for log, journal and the parts beside the machine.
package enum LocationFact: Sendable {
    case expired(Lease)
    /// Ranges that a list took away.
    case left([Leaving.Range])
    /// A list from before the first write was taken over.
    case adopted([String], Adoption)
    /// What was adopted for good was given up.
    case unpinned(Int)
    case written(list: Int, items: Int, Receipt)
    /// A lease whose ranges Graph refuses; it has left the ledger.
    case refused(Lease, Failure)
    case trouble(Trouble)
    case recovered
    /// It concerns more than this location.
    case failedBeyond(LocationFailure)
    case driftSuspected
    case driftFound(added: [String], missing: [CIDR])
}
