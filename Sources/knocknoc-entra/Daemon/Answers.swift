import Entra
import Grants
import Linux
import Spool

/// Takes the end of each request to whom it concerns.
struct Answers {
    let scheduler: Scheduler
    let callers: Callers
    let storage: Storage
    let reporter: Reporter
    private var log: Log { reporter.log }

    init(_ scheduler: Scheduler, _ callers: Callers, _ storage: Storage, _ reporter: Reporter) {
        (self.scheduler, self.callers, self.storage, self.reporter) = (scheduler, callers, storage, reporter)
    }

    /// What is to be done about an answer elsewhere.
    enum Consequence {
        case none
        /// The plan of this location has changed.
        case replan(LocationMachine)
        /// Those whose submitter is not known are judged again, as far as they are concerned.
        case judgeAgain((Unproved.Need) -> Bool)
    }

    func receive(_ completion: Completion, _ machines: [String: LocationMachine], at now: Moment) -> Consequence {
        let result = completion.result
        switch scheduler.finish(completion.id) {
        case nil: return .none
        case .token:
            reporter.count(.token, result, batch: nil)
            receiveToken(result, at: now)
            return .none
        case .keys:
            reporter.count(.keys, result, batch: nil)
            receiveKeys(result, at: now)
            // A failure, too, may let some go on: the last good keys serve while newer ones cannot be had.
            return .judgeAgain(\.isForKeys)
        case .groups(let member, let token):
            reporter.count(.groups, result, batch: nil)
            receiveGroups(result, of: member, token, at: now)
            return .judgeAgain { $0 == .groups(member) }
        case .location(let name, let token):
            guard let machine = machines[name], let request = machine.underWay else { return .none }
            let answer = read(result, of: request, machine, token, at: now)
            let facts = machine.handle(.answered(answer, jitter: scheduler.jitter()), at: now)
            reporter.tell(facts, of: name, at: now)
            for case .failedBeyond(let failure) in facts { scheduler.noteFailure(failure, metBy: name, at: now) }
            return .replan(machine)
        }
    }

    private func receiveToken(_ result: Result<HTTPReply, TransportFailure>, at now: Moment) {
        do throws(ReplyVerdict) {
            if try scheduler.tokens.receive(result, at: now) { log(.notice, "entra.recovered", ["endpoint": "token"]) }
            log(.debug, "token.acquired", [:])
        } catch {
            scheduler.noteTokenFailure(error.error, wait: error.retryAfter, at: now)
        }
    }

    private func receiveKeys(_ result: Result<HTTPReply, TransportFailure>, at now: Moment) {
        guard let lookups = callers.lookups else { return }
        do throws(ReplyVerdict) {
            guard let wasBroken = try lookups.receiveKeys(result, at: now) else { return }
            if wasBroken { log(.notice, "entra.recovered", ["endpoint": "signing keys"]) }
            log(.debug, "keys.fetched", [:])
        } catch {
            reporter.tell(
                lookups.noteKeysFailure(error, jitter: scheduler.jitter(), at: now), at: "signing keys", now)
            callers.noteTry(at: now.wall, for: \.isForKeys)
        }
    }

    private func receiveGroups(
        _ result: Result<HTTPReply, TransportFailure>, of member: GroupMember, _ token: AccessToken, at now: Moment
    ) {
        guard let lookups = callers.lookups else { return }
        do throws(ReplyVerdict) {
            if try lookups.receiveGroups(result, of: member, at: now) {
                log(.notice, "entra.recovered", ["endpoint": "groups"])
            }
        } catch {
            let wasInUse = scheduler.tokens.token(at: now) == token
            scheduler.dropToken(token, after: error, since: lookups.groupsTrouble?.since, at: now)
            let known = lookups.groupsTrouble
            guard
                let trouble = lookups.noteGroupsFailure(
                    error, wasInUse: wasInUse, jitter: scheduler.jitter(), at: now)
            else { return }
            if trouble != known { reporter.tell(trouble, at: "groups", now) }
            callers.noteTry(at: now.wall, for: \.isForGroups)
        }
    }

    /// What an answer about a location means to it.
    private func read(
        _ result: Result<HTTPReply, TransportFailure>, of request: LocationRequest, _ machine: LocationMachine,
        _ token: AccessToken, at now: Moment
    ) -> LocationAnswer {
        do throws(ReplyVerdict) {
            switch request {
            case .write(_, let carrying, _):
                reporter.count(.patch, result, batch: carrying.count)
                if let failure = NamedLocationPatch.refusal(result, now: now.wall) { throw failure }
                scheduler.noteService()
                return .taken(receipt(of: result))
            case .read:
                reporter.count(.get, result, batch: nil)
                return try read(NamedLocation.read(result, now: now.wall), of: machine)
            case .look:
                reporter.count(.get, result, batch: nil)
                return .looked(try NamedLocation.read(result, now: now.wall).ranges)
            }
        } catch {
            scheduler.dropToken(
                token, after: error, since: request == .look ? nil : machine.standing.trouble?.since, at: now)
            guard request != .look else { return lookFailed(error, of: machine, at: now) }
            if error.scope == .location || error.scope == .item { scheduler.noteService() }
            return .failed(LocationFailure(error))
        }
    }

    private func receipt(of result: Result<HTTPReply, TransportFailure>) -> Receipt {
        guard case .success(let reply) = result else { return Receipt(batch: 0, status: 0, graphRequestId: nil) }
        return Receipt(batch: reporter.counters.lists, status: reply.status, graphRequestId: reply.requestId)
    }

    private func read(_ found: NamedLocation, of machine: LocationMachine) -> LocationAnswer {
        scheduler.noteService()
        log(
            .info, "location.found",
            [
                "location": machine.name, "display_name": found.displayName, "ranges": String(found.ranges.count),
                "trusted": found.isTrusted.map { String($0) },
            ])
        guard machine.ledger.confirmation == .never, !machine.firstLook(at: found.ranges).strangers.isEmpty else {
            return .read(found.ranges, nil)
        }
        do throws(SystemError) {
            try storage.ledgers.saveFound(machine.name, found.ranges)
        } catch {
            log(.warning, "location.unsaved", ["location": machine.name, "error": error.description])
        }
        return .read(found.ranges, storage.ledgers.decision(machine.name))
    }

    private func lookFailed(_ failure: ReplyVerdict, of machine: LocationMachine, at now: Moment) -> LocationAnswer {
        if failure.scope == .tenant {
            scheduler.noteFailure(LocationFailure(failure), metBy: machine.name, at: now)
        }
        // One may be a hiccup; what lasts would meet the next grant too, and should be known before.
        let isLasting = machine.drift.misses == 1 && failure.remedy != .tryAgain
        log(
            isLasting ? .warning : .info, "drift.unread",
            ["location": machine.name, "msg": failure.error.description])
        return .lookFailed
    }
}

extension LocationFailure {
    init(_ verdict: ReplyVerdict) {
        self.init(
            verdict.error, scope: verdict.scope, isAmbiguous: verdict.isAmbiguous, wait: verdict.retryAfter)
    }
}
