import Entra
import Grants
import Spool

extension Worker {
    /// Gives the next slot to the location that has been waiting longest; its list is built when it leaves.
    func send(at now: Moment) {
        noteDirt(at: now)
        while let location = nextLocation(at: now) {
            guard let token = accessToken(at: now), graph.pacing.isOpen(at: now.monotonic) else { return }
            graph.pacing.pass(at: now.monotonic)
            start(location, with: token, at: now)
        }
        if let location = nextLook(at: now), graph.pacing.isOpen(at: now.monotonic),
            let token = accessToken(at: now)
        {
            graph.pacing.pass(at: now.monotonic)
            look(at: location, with: token)
        }
    }

    /// Nobody waits, so there is time to see whether somebody else has changed a list.
    private func nextLook(at now: Moment) -> LocationState? {
        guard graph.mayStart(at: now) else { return nil }
        return served.filter { $0.lookTime.map { $0 <= now.monotonic } ?? false }
            .min { ($0.drift.readsAt, $0.name) < ($1.drift.readsAt, $1.name) }
    }

    private func look(at location: LocationState, with token: AccessToken) {
        let request = graph.requests.get(
            id: location.ledger.id, token: token, clientRequestId: newId(), priority: .low)
        location.exchange = .look
        graph.underWay[graph.transport.start(request)] = .location(location.name, token)
    }

    /// When a location first wants a write; cleared as soon as it wants none.
    private func noteDirt(at now: Moment) {
        for location in served where location.exchange == .look && location.hasWork(at: now, mayAdd: mayAdd) {
            cancelLook(at: location, now)
        }
        for location in served where location.exchange == nil {
            if location.needsWrite(at: now, mayAdd: mayAdd) {
                location.dirtySince = location.dirtySince ?? now.monotonic
            } else {
                location.dirtySince = nil
            }
        }
    }

    /// Somebody waits: a look for drift has time.
    private func cancelLook(at location: LocationState, _ now: Moment) {
        for (id, purpose) in graph.underWay {
            guard case .location(let name, _) = purpose, name == location.name else { continue }
            graph.transport.cancel(id)
            graph.underWay[id] = nil
        }
        location.exchange = nil
        location.drift.missed(at: now.monotonic)
    }

    private func nextLocation(at now: Moment) -> LocationState? {
        guard graph.mayStart(at: now) else { return nil }
        return served.filter { isReady($0, at: now) }.min { left, right in
            (left.waitingSince ?? now.monotonic, left.name) < (right.waitingSince ?? now.monotonic, right.name)
        }
    }

    func isReady(_ location: LocationState, at now: Moment) -> Bool {
        guard location.exchange == nil, let since = location.dirtySince, location.mayHaveSent || !location.isKnown,
            location.trouble.map({ $0.retryAt <= now.monotonic }) ?? true
        else { return false }
        return since + settings.batch.linger <= now.monotonic
    }

    /// The token in hand, while a new one is fetched ahead of its end; nil where one has to come first.
    func accessToken(at now: Moment) -> AccessToken? {
        if graph.tokenTrouble.map({ $0.retryAt <= now.monotonic }) ?? true,
            graph.tokens.needsRenewal(at: now.monotonic), !graph.tokens.isInFlight
        {
            requestToken(at: now)
        }
        return graph.tokens.token(at: now.monotonic)
    }

    private func requestToken(at now: Moment) {
        do throws(Failure) {
            let request = try graph.tokens.request(
                now: now.monotonic, date: now.wall, jitter: jitter(), clientRequestId: newId())
            if let request { graph.underWay[graph.transport.start(request)] = .token }
        } catch {
            tokenFailed(error, wait: nil, at: now)
        }
    }

    private func start(_ location: LocationState, with token: AccessToken, at now: Moment) {
        let request: HTTPRequest
        location.lastTried = now.monotonic
        if location.isKnown {
            let (list, carried) = location.nextWrite(at: now.wall, mayAdd: mayAdd)
            guard accounts(for: list, of: location, at: now) else { return }
            request = graph.requests.patch(
                id: location.ledger.id, ranges: list.map(\.description), token: token, clientRequestId: newId())
            location.exchange = .patch(list: list, carrying: carried)
            location.ledger.willSend()
            if location.isSecondWriteDue(at: now) { location.secondWriteAt = nil }
            // Such a list leaves out what a search would try, so its fate says nothing about any item.
            if !mayAdd { location.isolation = nil }
        } else {
            request = graph.requests.get(
                id: location.ledger.id, token: token, clientRequestId: newId(), priority: .high)
            location.exchange = .get
        }
        graph.underWay[graph.transport.start(request)] = .location(location.name, token)
    }
}
