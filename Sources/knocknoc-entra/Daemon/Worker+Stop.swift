import Grants
import Linux
import Spool

extension Worker {
    /// Whether everything that was there has its verdict and no list still has to be written.
    func isDrained(at now: Moment) -> Bool {
        guard !mustLook, lookAgainAt == nil, unreadable.isEmpty, unseen.isEmpty, recorder.unfinished.isEmpty else {
            return false
        }
        guard authentication?.isDrained ?? true else { return false }
        return served.allSatisfy { location in
            location.waiting.isEmpty && location.refused.isEmpty && location.parked.isEmpty && location.exchange == nil
                && (!location.needsWrite(at: now) || location.trouble != nil || hasLostEntra)
        }
    }

    /// Everything has failed its way out, and Entra still does not answer: `run --once` leaves the rest to a later run.
    private var hasLostEntra: Bool {
        graph.graphTrouble != nil || graph.tokenTrouble != nil
    }

    /// Items that rest in `work/` until somebody has mended their location's ledger.
    var held: Int {
        locations.values.reduce(0) { $0 + ($1.isPaused ? $1.parked.numbers.count + $1.waiting.count : 0) }
    }

    /// Locations whose list at Graph is not known to be the wanted one.
    func owedRemovals(at now: Moment) -> Int {
        served.count { location in
            guard let list = location.ledger.confirmedList else {
                return location.ledger.confirmation == .unconfirmed
            }
            return !Set(list).isSubset(of: location.desired(at: now.wall))
        }
    }

    /// Says on disk that all is well, if it is: then the next start need not write every list again.
    func stop(at now: Moment) throws(SystemError) {
        let ledgers = served.filter(\.mayHaveSent)
        let isConfirmed = ledgers.allSatisfy { location in
            location.ledger.confirmation == .confirmed && location.exchange == nil && !location.owesSecondWrite
                && location.secondWriteAt == nil
                && !location.hasUnrecordedRemovals
        }
        guard isConfirmed, recorder.canRecord, recorder.unfinished.isEmpty else { return }
        do throws(SystemError) {
            try recorder.markCleanStop(ledgers.map(\.ledger))
        } catch {
            if error.isFailedSync { throw error }
            log(.warning, "stop.unmarked", ["error": error.description])
        }
    }
}
