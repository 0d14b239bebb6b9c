import Entra
import Grants
import Linux
import Spool

extension Worker {
    /// What is so at this moment; cheap, since it counts what is counted already.
    func status(_ life: LifeMark, at now: Moment) -> StatusDocument {
        let sorted = locations.values.sorted { $0.name < $1.name }
        return StatusDocument(
            version: Version.number, state: .running, pid: life.pid, startedAt: life.startedAt, heartbeat: now.wall,
            isClockDoubted: clock.isDoubting, queue: queue(at: now), outcomes: counters.outcomes,
            locations: sorted.map { status(of: $0, at: now) },
            entra: StatusDocument.Entra(
                tokenExpiresAt: graph.tokens.token(at: now.monotonic).map { time(of: $0.expiresAt, at: now) },
                tokenTrouble: graph.tokenTrouble.map { problem($0, at: now) },
                graphTrouble: graph.graphTrouble.map { problem($0, at: now) },
                keysTrouble: authentication?.keysTrouble.map { problem($0, at: now) },
                groupsTrouble: authentication?.groupsTrouble.map { problem($0, at: now) },
                gateOpensAt: graph.pacing.throttled > 0 && !graph.pacing.isOpen(at: now.monotonic)
                    ? time(of: graph.pacing.opensAt, at: now) : nil,
                throttled: graph.pacing.throttled),
            disk: StatusDocument.Disk(
                trouble: recorder.trouble?.error.description, isShortOfRoom: care.isShortOfRoom),
            forsaken: forsaken, lastErrors: counters.lastErrors)
    }

    private func queue(at now: Moment) -> StatusDocument.Queue {
        let waiting = locations.values.lazy.flatMap { $0.waiting.lazy.map(\.file.claim.number) }
        let parked = locations.values.lazy.compactMap { $0.parked.numbers.first }
        let oldest = [
            waiting.min(), parked.min(), unseen.keys.lazy.map(\.number).min(), authentication?.oldestClaim,
        ].compactMap(\.self).min()
        return StatusDocument.Queue(
            waiting: inHand,
            parked: locations.values.reduce(authentication?.parked.numbers.count ?? 0) { $0 + $1.parked.numbers.count },
            held: held, settling: recorder.unfinished.count,
            oldestSince: oldest.map { Timestamp(microseconds: Int64(clamping: $0)).wholeSeconds })
    }

    private func status(of location: LocationState, at now: Moment) -> StatusDocument.Location {
        let overdue = location.isPaused ? [:] : location.overdue(at: now.wall)
        return StatusDocument.Location(
            name: location.name, id: location.ledger.id, leases: location.ledger.leases.count,
            ranges: location.ledger.listed.count, limit: Ledger.limit,
            confirmation: location.ledger.confirmation.rawValue, isPaused: location.isPaused,
            waiting: location.waiting.count + location.refused.count, parked: location.parked.numbers.count,
            dirtySince: location.dirtySince.map { time(of: $0, at: now) },
            trouble: location.trouble.map { problem($0, at: now) },
            overdue: overdue.values.map(\.since).min().map {
                StatusDocument.Overdue(count: overdue.count, since: $0.wholeSeconds)
            })
    }

    private func problem(_ trouble: Trouble, at now: Moment) -> StatusDocument.Problem {
        StatusDocument.Problem(
            code: trouble.error.code.rawValue, detail: trouble.error.detail, since: time(of: trouble.since, at: now),
            nextTry: time(of: trouble.retryAt, at: now), attempts: trouble.attempts)
    }

    private func time(of instant: ContinuousClock.Instant, at now: Moment) -> Timestamp {
        (now.wall + (instant - now.monotonic)).wholeSeconds
    }
}

/// Which life of the program speaks.
struct LifeMark {
    let pid: Int32
    let startedAt: Timestamp
}

extension Timestamp {
    /// Rounded, so that the same instant reads the same whenever it is told.
    var wholeSeconds: Timestamp {
        Timestamp(seconds: (microseconds + 500_000) / 1_000_000)
    }
}
