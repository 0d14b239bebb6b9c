import Entra
import Grants
import Spool

/// Entra's keys and Graph's groups: asked for apart from the named locations, so that logins cannot hold up revokes.
extension Worker {
    func askForProofs(at now: Moment) {
        guard let authentication else { return }
        if let due = keysTime(authentication), due <= now.monotonic,
            let request = authentication.callers.keys.request(now: now.monotonic, clientRequestId: newId())
        {
            graph.underWay[graph.transport.start(request)] = .keys
        }
        while let due = groupsTime(authentication), due <= now.monotonic, let token = accessToken(at: now),
            let (member, request) = authentication.callers.groups.request(
                now: now.monotonic, token: token, clientRequestId: newId())
        {
            graph.underWay[graph.transport.start(request)] = .groups(member, token)
        }
    }

    func receiveKeys(_ result: Result<HTTPReply, TransportFailure>, at now: Moment) {
        guard let authentication else { return }
        do throws(ReplyVerdict) {
            guard try authentication.callers.keys.receive(result, date: now.wall) else { return }
            if authentication.keysTrouble != nil { log(.notice, "entra.recovered", ["endpoint": "signing keys"]) }
            authentication.keysTrouble = nil
            log(.debug, "keys.fetched", [:])
        } catch {
            note(error, in: &authentication.keysTrouble, at: "signing keys", now)
            authentication.noteTry(at: now.wall, for: \.isForKeys)
        }
        // A failure, too, may let somebody go on: the last good keys serve while newer ones cannot be had.
        proveAgain(at: now, \.isForKeys)
    }

    func receiveGroups(
        _ result: Result<HTTPReply, TransportFailure>, of member: GroupMember, _ token: AccessToken, at now: Moment
    ) {
        guard let authentication else { return }
        do throws(ReplyVerdict) {
            try authentication.callers.groups.receive(result, of: member, now: now.monotonic, date: now.wall)
            if authentication.groupsTrouble != nil { log(.notice, "entra.recovered", ["endpoint": "groups"]) }
            authentication.groupsTrouble = nil
            authentication.retriedWithFreshToken = false
        } catch {
            groupsFailed(error, token, authentication, at: now)
        }
        proveAgain(at: now) { $0 == .groups(member) }
    }

    /// Nobody is let in whose groups are not known.
    private func groupsFailed(
        _ failure: ReplyVerdict, _ token: AccessToken, _ authentication: AuthenticationState, at now: Moment
    ) {
        let wasInUse = graph.tokens.token(at: now.monotonic) == token
        dropToken(token, after: failure, since: authentication.groupsTrouble?.since, at: now)
        if failure.code == .entra001 {
            let isNews = wasInUse && authentication.retriedWithFreshToken
            authentication.retriedWithFreshToken = true
            guard isNews else { return }
        }
        // Those that were sent together fail together, which is one failure.
        if authentication.groupsTrouble.map({ $0.retryAt <= now.monotonic }) ?? true {
            note(failure, in: &authentication.groupsTrouble, at: "groups", now)
        }
        authentication.noteTry(at: now.wall, for: \.isForGroups)
    }

    private func note(_ failure: ReplyVerdict, in trouble: inout Trouble?, at scope: String, _ now: Moment) {
        var noted = trouble ?? Trouble(failure.error, at: now.monotonic)
        note(failure.error, in: &noted, wait: failure.retryAfter, at: now)
        trouble = noted
        report(trouble: noted, at: scope, now)
    }

    /// Fails what has waited too long for its proof, with what kept it from coming.
    func failUnproved(at now: Moment) {
        guard let authentication else { return }
        var kept: [Unproved] = []
        for unproved in authentication.unproved {
            guard let error = whatFails(unproved, at: now), deadline(of: unproved, error) <= now.monotonic else {
                kept.append(unproved)
                continue
            }
            guard unproved.isClaimed else { continue }
            var told = error
            if case .keys(let refusal?) = unproved.need { told = refusal.failure }
            unreadable.append(Outcome(unproved.item, unproved: told))
        }
        if kept.count < authentication.unproved.count { authentication.unproved = kept }
    }

    /// What keeps its proof from coming, once it was met.
    private func whatFails(_ unproved: Unproved, at now: Moment) -> Failure? {
        guard let authentication, unproved.item.attempts > 0 else { return nil }
        guard unproved.need.isForGroups else { return authentication.keysTrouble?.error }
        let token = graph.tokens.token(at: now.monotonic) == nil ? graph.tokenTrouble : nil
        return (token ?? authentication.groupsTrouble)?.error
    }

    private func deadline(of unproved: Unproved, _ error: Failure) -> ContinuousClock.Instant {
        switch error.remedy {
        case .fail, .isolate: unproved.item.claimedAt
        case .grace: unproved.item.claimedAt + settings.retry.grace
        case .tryAgain: unproved.item.claimedAt + settings.retry.giveUpAfter
        }
    }

    /// When the next fetch of keys may start; nil while none is wanted or its answer has to come first.
    private func keysTime(_ authentication: AuthenticationState) -> ContinuousClock.Instant? {
        guard let wanted = authentication.callers.keys.wakesAt else { return nil }
        return max(wanted, authentication.keysTrouble?.retryAt ?? wanted)
    }

    /// The same for a look-up of groups; after a failure one at a time finds out whether it would succeed.
    private func groupsTime(_ authentication: AuthenticationState) -> ContinuousClock.Instant? {
        guard let opening = authentication.callers.groups.opensAt else { return nil }
        guard let trouble = authentication.groupsTrouble else { return opening }
        return graph.isAskingForGroups ? nil : max(opening, trouble.retryAt)
    }

    /// When something about proofs is due.
    func proofTimes(at now: Moment) -> [ContinuousClock.Instant] {
        guard let authentication else { return [] }
        var times = [keysTime(authentication)].compactMap(\.self)
        if let groups = groupsTime(authentication) {
            if graph.tokens.token(at: now.monotonic) != nil {
                times.append(groups)
            } else if !graph.tokens.isInFlight {
                times.append(max(groups, graph.tokenTrouble?.retryAt ?? groups))
            }
        }
        for unproved in authentication.unproved {
            if let error = whatFails(unproved, at: now) { times.append(deadline(of: unproved, error)) }
        }
        return times
    }
}
