import Grants
import Spool

extension Worker {
    /// Whether everything that a list takes away has a cause; if not, nothing is sent there until somebody has looked.
    ///
    /// Such a list would lock people out because of a fault of ours, or of a ledger that somebody has edited.
    func accounts(for list: [CIDR], of location: LocationState, at now: Moment) -> Bool {
        let unexplained = location.leaving(with: list, at: now.wall).unexplained
        guard !unexplained.isEmpty else { return true }
        if !location.isUnexplained {
            log(
                .error, "location.unexplained",
                [
                    "location": location.name, "address": Self.shortList(unexplained),
                    "why": "the next list would take these away, and nothing has ended them",
                    "consequence": "nothing is sent there; who has access keeps it, and revokes are recorded",
                    "do":
                        "keep ledger/\(location.name).json for a report; then stop the service, restore the file from a "
                        + "backup or move it aside, and start it again",
                ])
        }
        location.isUnexplained = true
        refuse(
            location,
            "the next list would take away \(Self.shortList(unexplained)), which nothing has ended, so nothing is sent: was "
                + "ledger/\(location.name).json edited? Stop the service, restore the file from a backup or move it aside, "
                + "and start it again",
            at: now)
        return false
    }

    /// The journal tells what left with a list, and why.
    func noteLeaving(from location: LocationState, with list: [CIDR], at now: Moment) {
        let leaving = location.leaving(with: list, at: now.wall).ranges
        guard !leaving.isEmpty else { return }
        recorder.note(Report.journalLine(left: leaving, location: location.name, at: now))
    }

    /// Tells once and then every ten minutes what should have left by now and is still in Entra.
    func tellOverdueRemovals(at now: Moment) {
        for location in served {
            let overdue = location.overdue(at: now.wall).filter { $0.value.since + settings.retry.grace <= now.wall }
            guard let since = overdue.values.map(\.since).min() else {
                if location.toldOverdueAt != nil { log(.notice, "removals.sent", ["location": location.name]) }
                location.toldOverdueAt = nil
                continue
            }
            guard location.toldOverdueAt.map({ $0 + .seconds(600) <= now.monotonic }) ?? true else { continue }
            location.toldOverdueAt = now.monotonic
            log(
                .error, "removals.overdue",
                [
                    "location": location.name, "count": String(overdue.count), "since": since.description,
                    "address": Self.shortList(overdue.keys.sorted()),
                    "msg": graph.blockingTrouble(of: location, at: now)?.error.description,
                    "why":
                        "recorded here and still in Entra, where these addresses can sign in until it takes the list",
                ])
        }
    }
}

extension LocationState {
    /// What has ended and may still be in Entra, with the cause and since when.
    func overdue(at now: Timestamp) -> [CIDR: Departures.Departure] {
        ledger.departures.byRange.isEmpty ? [:] : ledger.overdue(desired: desired(at: now))
    }
}
