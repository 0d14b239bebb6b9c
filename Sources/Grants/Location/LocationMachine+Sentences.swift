extension LocationMachine {
    static func unexplained(_ ranges: [CIDR]) -> String {
        "the next list would take away \(ranges.shortList), which nothing has ended, so nothing is sent: was the "
            + "ledger edited? Never put an old copy in its place; stop the service, move ledger/ledger.sqlite* aside, "
            + "start it, and decide with `adopt` for each location"
    }
}

extension Failure {
    static func throttledForLong(_ limit: Duration) -> Failure {
        Failure(
            .entra005,
            "Microsoft answered 429 and kept this waiting for \(limit.clock) altogether, as long as "
                + "retry.longestThrottle allows. Something else uses up the tenant's requests: make that slower.")
    }

    static func foundOnlyNewer(_ removal: Removal) -> Failure {
        Failure(
            .spool005,
            "it found only grants issued after it (\(removal.order.issuedAt)), which stay; "
                + "if they are to end, issue a new revoke")
    }
}

extension Sequence {
    /// The first eight, for one line.
    package var shortList: String {
        let shown = map { "\($0)" }
        let first = shown.prefix(8).joined(separator: ",")
        return shown.count > 8 ? "\(first),… (\(shown.count) in all)" : first
    }
}
