import Entra
import FoundationEssentials
import Grants
import Linux
import Spool

/// The program at work: puts the parts together and runs turns until it is told to stop.
struct Daemon {
    let log: Log
    let clock: Clock
    /// Ends when everything is settled.
    let isOnce: Bool
    /// Nil: the spool belongs to this host alone.
    let lock: OutsideLock?
    /// Reads the configuration again, for SIGHUP.
    let reread: () throws(SettingsError) -> Settings

    private let notes = ServiceNotes()

    /// One life of a worker ends so.
    private enum End {
        case stopped(ExitCode)
        case reload(Settings, Worker)
    }

    func run(_ settings: Settings) -> ExitCode {
        do throws(DaemonFailure) {
            let signals = try opened { () throws(SystemError) in try Signals() }
            let spool: SpoolDirectory
            do { spool = try SpoolDirectory.open(at: settings.spool, under: lock?.token) } catch { throw .spool(error) }
            var settings = settings
            var former: Worker?
            let board = StatusBoard(startedAt: clock.wall())
            while true {
                switch try life(settings, signals, spool, board, after: &former) {
                case .stopped(let code): return code
                case .reload(let changed, let worker): (settings, former) = (changed, worker)
                }
            }
        } catch {
            log(.error, "stopped", ["error": error.description])
            if Terminal.isErrorShown { error.complaint(settings.spool).report() }
            return error.exitCode
        }
    }

    /// From start to stop; a reload ends one life in order and begins the next, so every setting can change but `spool`.
    private func life(
        _ settings: Settings, _ signals: Signals, _ spool: SpoolDirectory, _ board: StatusBoard,
        after former: inout Worker?
    ) throws(DaemonFailure) -> End {
        let made = try parts(settings, spool)
        let worker = try successor(of: &former, made)
        let watch = SpoolWatch(spool.incoming)
        if watch.descriptor == nil { log(.warning, "watch.polling", ["reason": watch.reasonToPoll]) }
        return try opened { () throws(SystemError) in
            try worker.start(at: worker.clock.guarded(clock.now))
            while true {
                if !spool.isOurs { return overtaken(settings) }
                let wake = try worker.turn(at: worker.clock.guarded(clock.now), later: clock.monotonic)
                if worker.storage.care.loss != nil { return .stopped(.noSpool) }
                if isOnce && worker.isDrained(at: worker.clock.guarded(clock.now)) {
                    notes.stopping()
                    return stopped(try end(worker), worker, board)
                }
                let putOff = board.show(worker, wall: clock.wall(), at: worker.clock.guarded(clock.now))
                notes.turned(worker, at: worker.clock.guarded(clock.now))
                let idle = clock.monotonic() + (watch.descriptor == nil ? .seconds(1) : .seconds(5))
                let rest = max(min(wake ?? idle, idle) - clock.monotonic(), .zero)
                let completions = worker.scheduler.transport.wait(
                    alsoFor: [signals.descriptor] + (watch.descriptor.map { [$0] } ?? []),
                    atMost: min(rest, putOff ?? rest, notes.longestRest ?? rest))
                if !spool.isOurs { return overtaken(settings) }
                try receive(completions, worker)
                if watch.sawSomething() { worker.intake.noteChange() }
                while let signal = signals.next() {
                    notes.heard(signal)
                    let next = nextSettings(signal, settings)
                    board.isReloadRefused = next == nil
                    guard let next else { continue }
                    let interruptions = try finishRequests(worker, signals)
                    let code = try end(worker)
                    guard let next, !interruptions.contains(.stop) else {
                        return stopped(code, worker, board)
                    }
                    // A file that was changed once more meanwhile counts.
                    let last = interruptions.contains(.reload) ? nextSettings(.reload, settings) : nil
                    return .reload((last ?? next) ?? next, worker)
                }
            }
        }
    }

    /// Nothing is kept of the former worker but what the new one took over.
    private func successor(of former: inout Worker?, _ parts: WorkerParts) throws(DaemonFailure) -> Worker {
        defer { former = nil }
        do throws(SystemError) { return try Worker(parts, after: former, at: clock.now) } catch {
            throw .storage(error)
        }
    }

    /// Leaves everything as it is, to whoever has it now.
    private func overtaken(_ settings: Settings) -> End {
        log(.error, "lock.lost", ["spool": settings.spool, "why": "spool/active names another worker, or is gone"])
        return .stopped(.alreadyRunning)
    }

    private func stopped(_ code: ExitCode, _ worker: Worker, _ board: StatusBoard) -> End {
        board.close(worker, wall: clock.wall(), at: worker.clock.guarded(clock.now))
        return .stopped(code)
    }

    /// Nil: go on; nil inside: stop.
    private func nextSettings(_ signal: Signals.Kind, _ present: Settings) -> Settings?? {
        guard signal == .reload else { return .some(nil) }
        do throws(SettingsError) {
            let settings = try reread()
            guard settings.spool == present.spool else {
                log(.error, "reload.refused", ["mistake": "spool: cannot change while running; restart the service"])
                return nil
            }
            log(.notice, "reload.accepted", [:])
            return settings
        } catch {
            for mistake in error.mistakes { log(.error, "reload.refused", ["mistake": mistake]) }
            return nil
        }
    }

    /// Gives the answers under way a moment to come, so that what Graph took is settled; says what came in between.
    ///
    /// A stop cuts it short.
    private func finishRequests(_ worker: Worker, _ signals: Signals) throws(SystemError) -> Set<Signals.Kind> {
        let deadline = clock.monotonic() + .seconds(20)
        var seen: Set<Signals.Kind> = []
        while worker.scheduler.isAnswerDue, clock.monotonic() < deadline {
            while let signal = signals.next() {
                seen.insert(signal)
                if signal == .stop { return seen }
            }
            notes.alive()
            let rest = deadline - clock.monotonic()
            let completions = worker.scheduler.transport.wait(
                alsoFor: [signals.descriptor], atMost: min(rest, notes.longestRest ?? rest))
            try receive(completions, worker)
        }
        return seen
    }

    private func receive(_ completions: [Completion], _ worker: Worker) throws(SystemError) {
        for completion in completions {
            if case .success(let reply) = completion.result, let date = reply.date {
                worker.clock.hear(date, at: clock.now)
            }
        }
        try worker.receive(completions, at: worker.clock.guarded(clock.now))
    }

    private func parts(_ settings: Settings, _ spool: SpoolDirectory) throws(DaemonFailure) -> WorkerParts {
        let transport: HTTPTransport
        do {
            transport = try HTTPTransport(settings.transportOptions)
        } catch {
            throw .transport("\(error)")
        }
        return WorkerParts(
            settings: lock?.applied(to: settings) ?? settings, log: log.by(settings.log), spool: spool,
            transport: transport, jitter: { Double.random(in: 0..<1) }, random: { UInt16.random(in: 0...UInt16.max) },
            newId: { UUID().uuidString.lowercased() })
    }

    private func opened<Result>(_ step: () throws(SystemError) -> Result) throws(DaemonFailure) -> Result {
        do throws(SystemError) { return try step() } catch { throw .storage(error) }
    }

    /// An orderly end: what is in `work/` stays there for the next start.
    private func end(_ worker: Worker) throws(SystemError) -> ExitCode {
        let now = worker.clock.guarded(clock.now)
        try worker.stop(at: now)
        let (owed, held) = (worker.owedRemovals(at: now), worker.locations.held)
        let tally = worker.reporter.tally
        log(
            .info, "stopped",
            [
                "done": String(tally.done), "failed": String(tally.failed),
                "waiting": String(worker.admission.itemsInMemory), "held": held == 0 ? nil : String(held),
                "removals_owed": owed == 0 ? nil : String(owed),
            ])
        guard isOnce else { return .success }
        return owed > 0 ? .unavailable : tally.failed + held > 0 ? .someFailed : .success
    }
}
