import Entra
import Grants

/// Log lines, journal lines and counts of what happened.
final class Reporter {
    let log: Log
    private let storage: Storage
    private(set) var counters: Counters
    private(set) var tally = Tally()

    init(_ log: Log, _ storage: Storage, continuing counters: Counters) {
        self.log = log
        self.storage = storage
        self.counters = counters
    }

    func count(_ operation: GraphOperation, _ result: Result<HTTPReply, TransportFailure>, batch: Int?) {
        counters.note(operation.rawValue, result, batch: batch)
    }

    /// One line an outcome.
    func tell(_ outcome: Outcome) {
        let item = outcome.item
        counters.note(outcome.verdict)
        let notes = [outcome.note].compactMap(\.self) + (item?.request.notes ?? [])
        let fields: KeyValuePairs<String, String?> = [
            "msg": outcome.failure?.description,
            "item": outcome.claim.item.description,
            "location": item?.request.location,
            "user": item?.request.user,
            "address": item?.addresses.map(\.shortList),
            "request_id": item?.request.requestId,
            "note": notes.isEmpty ? nil : notes.joined(separator: "; "),
            "batch": outcome.receipt.map { String($0.batch) },
            "attempt": item.map { String($0.attempts) },
            "graph_status": outcome.graphStatus.map { String($0) },
            "graph_request_id": outcome.graphRequestId,
        ]
        switch outcome.verdict {
        case .done:
            tally.done += 1
            log(.info, "\(item?.action ?? "item").applied", fields)
        case .failed:
            tally.failed += 1
            log(.warning, "\(item?.action ?? "item").failed", fields)
        }
    }

    func tell(_ facts: [LocationFact], of location: String, at now: Moment) {
        for fact in facts { tell(fact, of: location, at: now) }
    }

    private func tell(_ fact: LocationFact, of location: String, at now: Moment) {
        switch fact {
        case .expired(let lease):
            storage.note(Report.journalLine(expiry: lease, location: location, at: now))
            log(
                .info, "lease.expired",
                [
                    "item": lease.order.name.description, "location": location, "user": lease.user,
                    "address": lease.ranges.shortList, "request_id": lease.requestId,
                ])
        case .left(let ranges): storage.note(Report.journalLine(left: ranges, location: location, at: now))
        case .adopted(let strangers, let decision):
            storage.note(Report.journalLine(adopted: strangers, decision, location: location, at: now))
            tellAdopted(location, decision, strangers.count)
        case .unpinned(let count): tellAdopted(location, .replace, count)
        case .written(let list, let items, let receipt):
            log(
                .info, "location.written",
                [
                    "location": location, "ranges": String(list), "items": String(items),
                    "batch": String(receipt.batch), "graph_status": String(receipt.status),
                    "graph_request_id": receipt.graphRequestId,
                ])
        case .refused(let lease, let failure):
            storage.note(Report.journalLine(refused: lease, location: location, at: now))
            log(
                .error, "lease.refused",
                [
                    "msg": failure.description, "item": lease.order.name.description, "location": location,
                    "user": lease.user, "address": lease.ranges.shortList,
                    "consequence": "Entra refuses every list with these addresses, so this lease has ended",
                ])
        case .trouble(let trouble): tell(trouble, at: location, now)
        case .recovered: log(.notice, "entra.recovered", ["location": location])
        case .failedBeyond: break
        case .driftSuspected: log(.info, "drift.suspected", ["location": location])
        case .driftFound(let added, let missing):
            counters.noteDrift(of: location)
            storage.note(Report.journalLine(drift: added, missing, location: location, at: now))
            log(
                .warning, "drift.repaired",
                [
                    "location": location, "added": added.isEmpty ? nil : added.shortList,
                    "missing": missing.isEmpty ? nil : missing.shortList,
                    "do": "find out in Entra's audit log who changed it; one tool alone may write a location",
                ])
        }
    }

    private func tellAdopted(_ location: String, _ decision: Adoption, _ count: Int) {
        log(
            .notice, "location.adopted",
            ["location": location, "decision": decision.description, "ranges": String(count)])
    }

    func tell(_ trouble: Trouble, at scope: String, _ now: Moment) {
        counters.note(trouble, at: scope, now.wall)
        log(
            trouble.attempts == 1 ? .warning : .debug, "entra.trouble",
            [
                "msg": trouble.error.description, "scope": scope, "attempt": String(trouble.attempts),
                "next_try_seconds": (trouble.retryAt - now.monotonic).shortSeconds,
            ])
    }
}
