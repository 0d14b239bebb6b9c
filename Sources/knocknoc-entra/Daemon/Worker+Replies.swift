import Entra
import Grants
import Linux
import Spool

extension Worker {
    /// Takes the ends of requests; the lists that Graph took are committed at once, all in one go.
    func receive(_ completions: [Completion], at now: Moment) throws(SystemError) {
        var taken: [Taken] = []
        for completion in completions {
            count(completion)
            guard let purpose = graph.underWay.removeValue(forKey: completion.id) else { continue }
            switch purpose {
            case .token:
                receiveToken(completion.result, at: now)
            case .keys:
                receiveKeys(completion.result, at: now)
            case .groups(let member, let token):
                receiveGroups(completion.result, of: member, token, at: now)
            case .location(let name, let token):
                guard let location = locations[name], let exchange = location.exchange else { continue }
                location.exchange = nil
                switch exchange {
                case .get:
                    receiveLocation(completion.result, of: location, token, at: now)
                case .look:
                    receiveLook(completion.result, of: location, token, at: now)
                case .patch(let list, let carrying):
                    let end = receiveWrite(
                        completion.result, of: location, token, list: list, carrying: carrying, at: now)
                    if let end { taken.append(end) }
                }
            }
        }
        // Only now, since what else has come may have changed a ledger.
        var batches = taken.map { Batch($0.location, settling: $0.carrying, $0.receipt, at: now) }
        batches.removeAll { $0.outcomes.isEmpty }
        if !batches.isEmpty { try commit(batches, at: now) }
        for list in taken { warnOfLittleRoom(list.location, list.list, at: now) }
    }

    /// A list that Graph took, until what it carried is committed.
    private struct Taken {
        let location: LocationState
        let list: [CIDR]
        let carrying: Set<ClaimName>
        let receipt: Receipt?
    }

    private func receiveToken(_ result: Result<HTTPReply, TransportFailure>, at now: Moment) {
        do throws(ReplyVerdict) {
            try graph.tokens.receive(result, now: now.monotonic, date: now.wall)
            if graph.tokenTrouble != nil { log(.notice, "entra.recovered", ["endpoint": "token"]) }
            graph.tokenTrouble = nil
            log(.debug, "token.acquired", [:])
        } catch {
            tokenFailed(error.error, wait: error.retryAfter, at: now)
        }
    }

    /// The endpoint or the credential is at fault: everything that waits has met it.
    func tokenFailed(_ error: Failure, wait: Duration?, at now: Moment) {
        var trouble = graph.tokenTrouble ?? Trouble(error, at: now.monotonic)
        note(error, in: &trouble, wait: wait, at: now)
        graph.tokenTrouble = trouble
        report(trouble: trouble, at: "token endpoint", now)
        guard graph.tokens.token(at: now.monotonic) == nil else { return }
        for location in served { location.noteTry(at: now.wall) }
        authentication?.noteTry(at: now.wall, for: \.isForGroups)
    }

    private func receiveLocation(
        _ result: Result<HTTPReply, TransportFailure>, of location: LocationState, _ token: AccessToken,
        at now: Moment
    ) {
        do throws(ReplyVerdict) {
            let found = try NamedLocation.read(result, now: now.wall)
            noteAnswer()
            meet(found, as: location, at: now)
        } catch {
            failed(location, error, token, at: now)
        }
    }

    /// Nil where Graph did not take the list.
    private func receiveWrite(
        _ result: Result<HTTPReply, TransportFailure>, of location: LocationState, _ token: AccessToken,
        list: [CIDR], carrying: Set<ClaimName>, at now: Moment
    ) -> Taken? {
        for index in location.waiting.indices where carrying.contains(location.waiting[index].file.claim) {
            location.waiting[index].noteTry(at: now.wall)
        }
        if let failure = NamedLocationPatch.refusal(result, now: now.wall) {
            if failure.isAmbiguous {
                location.owesSecondWrite = true
                location.ledger.mayBeHeld(list)
            }
            // What a revoke or its end overtook on the way says so, whatever became of the list.
            location.refuseWaiting(at: now)
            if failure.remedy == .isolate, location.noteRefusal(of: carrying, because: failure.error) { return nil }
            failed(location, failure, token, at: now, isNoted: true)
            return nil
        }
        let receipt = receipt(of: result)
        noteService(of: location)
        noteLeaving(from: location, with: list, at: now)
        location.ledger.confirm(list, kept: location.pinned + [location.settings.sentinelRange])
        location.drift.wrote(list, at: now.monotonic)
        location.noteAcceptance(of: carrying)
        if location.owesSecondWrite {
            location.owesSecondWrite = false
            location.secondWriteAt = now.monotonic + settings.retry.secondWriteAfter
        }
        log(
            .info, "location.written",
            [
                "location": location.name, "ranges": String(list.count), "items": String(carrying.count),
                "batch": receipt.map { String($0.batch) }, "graph_status": receipt.map { String($0.status) },
                "graph_request_id": receipt?.graphRequestId,
            ])
        return Taken(location: location, list: list, carrying: carrying, receipt: receipt)
    }

    /// The count has it already.
    private func receipt(of result: Result<HTTPReply, TransportFailure>) -> Receipt? {
        guard case .success(let reply) = result else { return nil }
        return Receipt(batch: counters.lists, status: reply.status, graphRequestId: reply.requestId)
    }

    private func warnOfLittleRoom(_ location: LocationState, _ list: [CIDR], at now: Moment) {
        let isNearlyFull = list.count * 10 >= Ledger.limit * 9
        let hidden = location.room(at: now.wall).hidden
        if !hidden.isEmpty {
            log(
                .error, "location.overfull",
                [
                    "location": location.name, "users": hidden.prefix(8).compactMap(\.user).joined(separator: ","),
                    "why": "pinned ranges or a removal left no room for the newest of what is granted",
                ])
        } else if isNearlyFull && !location.wasNearlyFull {
            log(
                .warning, "location.nearly_full",
                ["location": location.name, "ranges": String(list.count), "limit": String(Ledger.limit)])
        }
        location.wasNearlyFull = isNearlyFull
    }

    /// An answer that shows the way to Graph to be well.
    private func noteAnswer() {
        graph.pacing.wasServed()
        if graph.graphTrouble != nil { log(.notice, "entra.recovered", ["endpoint": "graph"]) }
        graph.graphTrouble = nil
    }

    /// A list was taken, so nothing is wrong here.
    private func noteService(of location: LocationState) {
        noteAnswer()
        location.endTrouble(log)
        location.sawNotFound = false
        location.isUnexplained = false
        location.retriedWithFreshToken = false
    }

    /// A refused token is void (401); one without the permission (403) serves on elsewhere while another is fetched.
    ///
    /// New consent would come with that one; it is asked for ever more seldom while the refusal lasts.
    func dropToken(
        _ token: AccessToken, after failure: ReplyVerdict, since: ContinuousClock.Instant?, at now: Moment
    ) {
        guard failure.dropsToken else { return }
        if failure.error.code == .entra001 {
            graph.tokens.drop(token, claims: failure.claims)
            return
        }
        let lasting = since.map { now.monotonic - $0 } ?? .zero
        guard now.monotonic - token.receivedAt >= max(settings.retry.grace, lasting) / 4 else { return }
        graph.tokens.renew(token, claims: failure.claims, at: now.monotonic)
        _ = accessToken(at: now)
    }

    /// Remembers what is broken at its own scope, so that neighbours go on.
    private func failed(
        _ location: LocationState, _ failure: ReplyVerdict, _ token: AccessToken, at now: Moment,
        isNoted: Bool = false
    ) {
        let error = failure.remedy == .isolate ? failure.error.blamingTheLocation : failure.error
        if failure.dropsToken {
            dropToken(token, after: failure, since: location.trouble?.since, at: now)
            if error.code == .entra001 && !location.retriedWithFreshToken {
                location.retriedWithFreshToken = true
                return
            }
        }
        if error.code == .entra052 && !location.sawNotFound {
            // Stray 404s come while Entra replicates, so it is read once more before it counts.
            location.sawNotFound = true
            location.isKnown = false
            return
        }
        if [.entra052, .entra053].contains(error.code) { location.isKnown = false }
        switch failure.scope {
        case .tenant:
            shutGate(failure, at: now)
        case .endpoint:
            var trouble = graph.graphTrouble ?? Trouble(error, at: now.monotonic)
            note(error, in: &trouble, wait: failure.retryAfter, at: now)
            graph.graphTrouble = trouble
            report(trouble: trouble, at: "graph", now)
            for other in served { other.noteTry(at: now.wall, besides: isNoted ? location : nil) }
        case .location, .item:
            // Graph itself has answered.
            graph.graphTrouble = nil
            graph.pacing.wasServed()
            var trouble = location.trouble ?? Trouble(error, at: now.monotonic)
            note(error, in: &trouble, wait: failure.retryAfter, at: now)
            location.trouble = trouble
            report(trouble: trouble, at: location.name, now)
            if !isNoted { location.noteTry(at: now.wall) }
        }
    }

    /// Grace means slow retries, but never so slow that an item could fail without one of its own.
    func note(_ error: Failure, in trouble: inout Trouble, wait: Duration?, at now: Moment) {
        var longest = settings.retry.maxBackoff
        if error.remedy == .grace {
            longest = max(min(longest, settings.retry.grace / 2), settings.retry.initialBackoff)
        }
        let backoff = Backoff(initial: min(settings.retry.initialBackoff, longest), maximum: longest)
        trouble.note(error, at: now.monotonic, backoff: backoff, jitter: jitter(), atLeast: wait)
    }

    func shutGate(_ failure: ReplyVerdict, at now: Moment) {
        let backoff = Backoff(initial: settings.retry.initialBackoff, maximum: settings.retry.maxBackoff)
        let wait =
            failure.retryAfter ?? backoff.delay(afterAttempts: graph.pacing.throttled + 1, jitter: jitter())
        graph.pacing.shut(until: now.monotonic + wait, at: now.monotonic)
        log(
            graph.pacing.throttled == 1 ? .warning : .info, "entra.throttled",
            ["msg": failure.error.description, "wait_seconds": wait.shortSeconds])
    }

    func report(trouble: Trouble, at scope: String, _ now: Moment) {
        counters.note(trouble, at: scope, now.wall)
        log(
            trouble.attempts == 1 ? .warning : .debug, "entra.trouble",
            [
                "msg": trouble.error.description, "scope": scope, "attempt": String(trouble.attempts),
                "next_try_seconds": (trouble.retryAt - now.monotonic).shortSeconds,
            ])
    }
}

extension LocationState {
    func endTrouble(_ log: Log) {
        if trouble != nil { log(.notice, "entra.recovered", ["location": name]) }
        trouble = nil
    }

    /// Everything that waits here has met a failure.
    func noteTry(at now: Timestamp, besides other: LocationState? = nil) {
        guard self !== other, exchange == nil else { return }
        for index in waiting.indices { waiting[index].noteTry(at: now) }
    }
}

extension Failure {
    /// Graph refuses whatever is sent, so no item is at fault.
    fileprivate var blamingTheLocation: Failure {
        Failure(
            code, "the location refuses every list, also one without anything new: \(detail)", remedy: .grace,
            status: status, graphRequestId: graphRequestId)
    }
}
