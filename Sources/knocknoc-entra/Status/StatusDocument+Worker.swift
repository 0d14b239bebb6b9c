import Entra
import Grants
import Linux
import Spool

extension Worker {
    /// What is so at this moment; cheap, since it counts what is counted already.
    func status(_ life: LifeMark, at now: Moment) -> StatusDocument {
        StatusDocument(
            version: Version.number, state: .running, pid: Int(life.pid), startedAt: life.startedAt,
            heartbeat: now.wall,
            isClockDoubted: clock.isDoubting, queue: queue, outcomes: reporter.counters.outcomes,
            locations: locations.all.map { status(of: $0, at: now) },
            entra: StatusDocument.Entra(
                tokenExpiresAt: scheduler.tokens.token(at: now).map { time(of: $0.expiresAt, at: now) },
                tokenTrouble: scheduler.tokens.trouble.map { problem($0, at: now) },
                graphTrouble: scheduler.graphTrouble.map { problem($0, at: now) },
                keysTrouble: callers.lookups?.keysTrouble.map { problem($0, at: now) },
                groupsTrouble: callers.lookups?.groupsTrouble.map { problem($0, at: now) },
                gateOpensAt: scheduler.limiter.throttled > 0 && !scheduler.limiter.isOpen(at: now.monotonic)
                    ? time(of: scheduler.limiter.opensAt, at: now) : nil,
                throttled: scheduler.limiter.throttled),
            disk: StatusDocument.Disk(
                trouble: storage.trouble?.error.description, isShortOfRoom: storage.care.isShortOfRoom),
            orphaned: locations.draining.map(\.name).sorted(), lastErrors: reporter.counters.lastErrors)
    }

    private var queue: StatusDocument.Queue {
        let machines = locations.all
        let oldest = [
            machines.lazy.flatMap { $0.items.all.lazy.map(\.claim.number) }.min(),
            machines.lazy.compactMap(\.parked.numbers.first).min(),
            intake.work.unseen.keys.lazy.map(\.number).min(), callers.oldestClaim,
        ].compactMap(\.self).min()
        return StatusDocument.Queue(
            waiting: admission.itemsInMemory,
            parked: machines.reduce(callers.parked.numbers.count) { $0 + $1.parked.numbers.count },
            held: locations.held, settling: storage.unfinished.count,
            oldestSince: oldest.map { Timestamp(microseconds: Int64(clamping: $0)).wholeSeconds })
    }

    private func status(of machine: LocationMachine, at now: Moment) -> StatusDocument.Location {
        let overdue = machine.overdue(at: now.wall)
        return StatusDocument.Location(
            name: machine.name, id: machine.ledger.id, leases: machine.ledger.leases.count,
            ranges: machine.ledger.listed.count, limit: Ledger.limit,
            confirmation: machine.ledger.confirmation.rawValue, isPaused: machine.isPaused,
            waiting: machine.items.count, parked: machine.parked.numbers.count,
            dirtySince: machine.dirtySince.map { time(of: $0, at: now) },
            trouble: machine.standing.trouble.map { problem($0, at: now) },
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
