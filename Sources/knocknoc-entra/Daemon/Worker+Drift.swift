import Entra
import Grants
import Spool

extension LocationState {
    /// When this location is to be read for drift; nil while there is something else to do for it.
    var lookTime: ContinuousClock.Instant? {
        guard ledger.confirmation == .confirmed, exchange == nil, dirtySince == nil, trouble == nil else {
            return nil
        }
        return drift.readsAt
    }
}

extension Worker {
    /// Holds what a location holds against what Graph took last; what others changed is written over.
    func receiveLook(
        _ result: Result<HTTPReply, TransportFailure>, of location: LocationState, _ token: AccessToken,
        at now: Moment
    ) {
        let found: NamedLocation
        do throws(ReplyVerdict) {
            found = try NamedLocation.read(result, now: now.wall)
        } catch {
            location.drift.missed(at: now.monotonic)
            dropToken(token, after: error, since: nil, at: now)
            if error.scope == .tenant { shutGate(error, at: now) }
            // One may be a hiccup; what lasts would meet the next grant too, and somebody should know before.
            let isLasting = location.drift.misses == 2 && error.remedy != .tryAgain
            log(
                isLasting ? .warning : .info, "drift.unread",
                ["location": location.name, "msg": error.error.description])
            return
        }
        guard let confirmed = location.ledger.confirmedList else { return }
        switch location.drift.saw(found.ranges, confirmed: confirmed, at: now.monotonic) {
        case .agrees, .stale: break
        case .suspect: log(.info, "drift.suspected", ["location": location.name])
        case .drifted(let added, let missing):
            // Unconfirmed: the next turn writes what should be there.
            location.ledger.confirmation = .unconfirmed
            counters.noteDrift(of: location.name)
            recorder.note(Report.journalLine(drift: added, missing, location: location.name, at: now))
            log(
                .warning, "drift.repaired",
                [
                    "location": location.name, "added": Self.shortList(added).orNil,
                    "missing": Self.shortList(missing.map(\.description)).orNil,
                    "do": "find out in Entra's audit log who changed it; one tool alone may write a location",
                ])
        }
    }
}
