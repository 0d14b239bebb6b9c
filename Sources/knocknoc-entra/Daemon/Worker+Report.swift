import Grants
import Spool

extension Worker {
    /// One line an outcome, from the loop.
    func report(_ outcome: Outcome, at now: Moment) {
        let waiting = outcome.waiting
        counters.note(outcome.verdict)
        let fields: KeyValuePairs<String, String?> = [
            "msg": outcome.error?.description,
            "item": outcome.file.claim.item.description,
            "location": waiting?.request.location,
            "user": waiting?.request.user,
            "address": waiting?.addresses.map { Self.shortList($0) },
            "request_id": waiting?.request.requestId,
            "note": ([outcome.note].compactMap(\.self) + (waiting?.request.notes ?? [])).joined(separator: "; ").orNil,
            "batch": outcome.receipt.map { String($0.batch) },
            "attempt": waiting.map { String($0.attempts) },
            "graph_status": outcome.graphStatus.map { String($0) },
            "graph_request_id": outcome.graphRequestId,
        ]
        switch outcome.verdict {
        case .done:
            tally.done += 1
            log(.info, "\(waiting?.action ?? "item").applied", fields)
        case .failed:
            tally.failed += 1
            log(.warning, "\(waiting?.action ?? "item").failed", fields)
        }
    }

    func report(expiry lease: Lease, of location: LocationState, at now: Moment) {
        recorder.note(Report.journalLine(expiry: lease, location: location.name, at: now))
        log(
            .info, "lease.expired",
            [
                "item": lease.order.name.description, "location": location.name, "user": lease.user,
                "address": Self.shortList(lease.ranges), "request_id": lease.requestId,
            ])
    }

    static func shortList(_ ranges: [CIDR]) -> String {
        shortList(ranges.map(\.description))
    }

    static func shortList(_ ranges: [String]) -> String {
        let shown = ranges.prefix(8).joined(separator: ",")
        return ranges.count > 8 ? "\(shown),… (\(ranges.count) in all)" : shown
    }
}

extension String {
    /// Nil instead of nothing.
    var orNil: String? { isEmpty ? nil : self }
}
