import Entra
import Grants
import Linux
import Spool

/// Runs each request from claim to outcome, on one thread.
final class Worker {
    let settings: Settings
    let spool: SpoolDirectory
    let log: Log
    let alarms: Alarms
    let storage: Storage
    let reporter: Reporter
    let callers: Callers
    let intake: Intake
    let scheduler: Scheduler
    let locations: Locations
    let admission: Admission
    let clock: TrustedClock
    private var timeRecordedAt: ContinuousClock.Instant?
    /// What a former life has seen and written, by location.
    private var formerLocations: [String: LocationMachine]

    /// After a reload, what was learned about the clock, about Entra and about callers outlives the configuration.
    init(_ parts: WorkerParts, after former: Worker? = nil, at now: Moment) throws(SystemError) {
        settings = parts.settings
        spool = parts.spool
        log = parts.log
        let callers = Callers(parts, at: now)
        alarms = Alarms(parts.log)
        storage = Storage(parts, alarms, at: now)
        reporter = Reporter(parts.log, storage, continuing: former?.reporter.counters ?? Counters())
        intake = try Intake(parts, alarms) { bytes, item in callers.hash(of: bytes, as: item) }
        scheduler = Scheduler(parts, reporter, at: now)
        locations = Locations(reporter)
        admission = Admission(
            intake, callers, storage, scheduler, locations, maxItems: parts.settings.batch.maxItems)
        self.callers = callers
        formerLocations = former?.locations.machines ?? [:]
        if let former {
            clock = former.clock
            scheduler.inherit(former.scheduler, parts.settings.entra, at: now)
            callers.inherit(former.callers)
        } else {
            clock = TrustedClock(parts.log, recorded: (try? storage.ledgers.lastRecorded()) ?? nil, at: now)
        }
    }

    /// Reads the ledgers and sorts out what an earlier life left, before anything new is taken.
    func start(at now: Moment) throws(SystemError) {
        var start = try StartUp(settings, storage, spool, log, formerLocations, at: now)
        formerLocations = [:]
        for machine in start.machines { locations.add(machine) }
        intake.work.drain(locations.draining.map(\.settings.policy))
        for (name, decision) in start.decisions { locations.handle(.adoptionDecided(decision), name, at: now) }
        let findings = try start.recover(locations.all, at: now)
        timeRecordedAt = now.monotonic
        intake.noteClaims(start.knownClaims)
        for (name, gone) in start.goneVerdicts(findings, locations.all) {
            locations.handle(.settled(gone), name, at: now)
        }
        try finishCommitted(at: now)
        callers.readAccepted(storage, at: now)
        try admission.judgeLeftovers(findings.unjudged, at: now)
        log(
            .info, "started",
            [
                "locations": String(locations.all.count), "clean_stop": String(start.hasCleanStop),
                "finished": String(findings.unfinished.count), "judged_again": String(findings.unjudged.count),
                "leases": String(locations.all.reduce(0) { $0 + $1.ledger.leases.count }),
            ])
    }

    /// Claim, authorise, enqueue, expire, record removals, commit, settle, send, tell; returns when to wake.
    ///
    /// What comes before sending may take as long as a slot, so the limiter reads its clock anew.
    @discardableResult
    func turn(at now: Moment, later: () -> ContinuousClock.Instant) throws(SystemError) -> ContinuousClock.Instant? {
        storage.care.look(at: now)
        try recordTime(at: now)
        // What came while the time was unknown is read once it is.
        if clock.mayJudge {
            admission.takeParked(at: now)
            try admission.takeArrivals(at: now)
        }
        try admission.admitProved(at: now)
        for machine in locations.served { locations.handle(.timePassed, machine.name, at: now) }
        try recordRemovals(at: now)
        for outcome in callers.takeOverdue(tokenTrouble: scheduler.tokens.failure(at: now)?.error, at: now) {
            storage.reject(outcome)
        }
        try settle(locations.served, at: now)
        if try locations.dropEmptied(storage, at: now) { intake.work.drain(locations.draining.map(\.settings.policy)) }
        send(at: Moment(wall: now.wall, monotonic: later()))
        return tell(at: now)
    }

    /// Takes the ends of requests; the lists that Graph took are committed at once, all in one go.
    func receive(_ completions: [Completion], at now: Moment) throws(SystemError) {
        guard !completions.isEmpty else { return }
        let answers = Answers(scheduler, callers, storage, reporter)
        var changed: [LocationMachine] = []
        for completion in completions {
            switch answers.receive(completion, locations.machines, at: now) {
            case .none: break
            case .replan(let machine): changed.append(machine)
            case .judgeAgain(let isConcerned):
                admission.judgeAgain(callers.takeUnproved(where: isConcerned), at: now)
            }
        }
        spreadFailures(at: now)
        try settle(changed, at: now)
    }

    /// So that the next start can tell a host that was off from a clock that is wrong.
    private func recordTime(at now: Moment) throws(SystemError) {
        guard !clock.isDoubting, let last = timeRecordedAt, now.monotonic - last >= ClockGuard.longestSilence / 4 else {
            return
        }
        timeRecordedAt = now.monotonic
        try storage.recordTime(at: now)
    }

    /// Whether everything that was there has its verdict and no list still has to be written.
    func isDrained(at now: Moment) -> Bool {
        guard intake.isDrained, callers.isDrained, storage.isDrained else { return false }
        return locations.served.allSatisfy { $0.isDrained(at: now, hasLostEntra: scheduler.hasLostEntra) }
    }

    /// Locations whose list at Graph is not known to be the wanted one.
    func owedRemovals(at now: Moment) -> Int {
        locations.served.count { $0.owesRemoval(at: now) }
    }

    /// Says on disk that all is well, if it is: then the next start need not write every list again.
    func stop(at now: Moment) throws(SystemError) {
        let written = locations.served.filter(\.mayHaveSent)
        guard written.allSatisfy(\.isConfirmedForGood) else { return }
        try storage.markCleanStop(written.map { $0.batch() }, at: now)
    }

    private func plans(of machines: [LocationMachine], at now: Moment) -> [(machine: LocationMachine, plan: Plan)] {
        let conditions = scheduler.conditions(mayAdd: storage.mayAdd, at: now)
        return machines.map { ($0, $0.plan(at: now, under: conditions)) }
    }

    private func recordRemovals(at now: Moment) throws(SystemError) {
        guard try commit(plans(of: locations.served, at: now).compactMap(\.plan.toRecord), at: now) else { return }
        for machine in locations.served
        where machine.hasDecision && machine.mayHaveSent && !machine.hasUnrecordedRemovals {
            try? storage.ledgers.forgetDecision(machine.name)
            locations.handle(.decisionForgotten, machine.name, at: now)
        }
    }

    /// Decides, commits what is decided, and carries it out.
    private func settle(_ machines: [LocationMachine], at now: Moment) throws(SystemError) {
        for (machine, plan) in plans(of: machines, at: now) where !plan.decisions.isEmpty {
            locations.handle(.decided(plan.decisions), machine.name, at: now)
        }
        _ = try commit(machines.filter { !$0.unrecorded.isEmpty }.map { $0.batch() }, at: now)
        try finishCommitted(at: now)
    }

    private func commit(_ batches: [Batch], at now: Moment) throws(SystemError) -> Bool {
        guard let outcomes = try storage.commit(batches, at: now) else { return false }
        for batch in batches { locations.handle(.recorded(batch), batch.location, at: now) }
        for outcome in outcomes { reporter.tell(outcome) }
        return true
    }

    /// What is on disk for good need not stand in a ledger any longer.
    private func finishCommitted(at now: Moment) throws(SystemError) {
        let finished = Dictionary(grouping: try storage.finish(at: now), by: \.location)
        for (location, moves) in finished {
            guard let location, locations[location] != nil else { continue }
            locations.handle(.settled(moves.map(\.move.claim)), location, at: now)
        }
    }

    private func send(at now: Moment) {
        let mayAdd = storage.mayAdd
        for (machine, plan) in plans(of: locations.served.filter { $0.underWay == .look }, at: now)
        where plan.givesUpLook {
            scheduler.cancelLook(at: machine, now)
        }
        for machine in locations.served { locations.handle(.writeConsidered(mayAdd: mayAdd), machine.name, at: now) }
        if let lookups = callers.lookups { scheduler.ask(for: lookups, at: now) }
        if clock.isDoubting { scheduler.askForDate(at: now) }
        scheduler.send(plans(of: locations.served, at: now), mayAdd: mayAdd, at: now)
        spreadFailures(at: now)
    }

    /// A failure at a wider scope has been met by everything that waits.
    private func spreadFailures(at now: Moment) {
        for failure in scheduler.takeWideFailures() {
            var metBy: String?
            switch failure {
            case .token: callers.noteTry(at: now.wall, for: \.isForGroups)
            case .graph(let location): metBy = location
            }
            for machine in locations.served where machine.name != metBy {
                locations.handle(.failedElsewhere, machine.name, at: now)
            }
        }
    }

    /// Raises and clears alarms; returns when the next turn is due, nil where nothing is.
    private func tell(at now: Moment) -> ContinuousClock.Instant? {
        var wake = [storage.wakeAt, clock.isDoubting ? scheduler.dateTime(at: now) : nil]
        for (machine, plan) in plans(of: locations.served, at: now) {
            let trouble = scheduler.wideTrouble(at: now) ?? machine.standing.trouble?.error
            alarms.update(machine, plan.alarms, trouble: trouble, at: now)
            wake += [plan.wakeAt, plan.request.flatMap { scheduler.leaves($0, at: now) }]
        }
        if let lookups = callers.lookups {
            wake += [
                lookups.keysTime, scheduler.groupsTime(lookups, at: now),
                callers.nextDeadline(tokenTrouble: scheduler.tokens.failure(at: now)?.error),
            ]
        }
        // What is due and could not be done would else be tried without a pause.
        let next = wake.compactMap { $0.map { $0 > now.monotonic ? $0 : now.monotonic + .milliseconds(100) } }.min()
        guard clock.mayJudge else { return next }
        if admission.mayTakeParked(at: now) { return now.monotonic }
        return [next, intake.lookTime(admission.itemsInMemory, at: now)].compactMap(\.self).min()
    }
}
