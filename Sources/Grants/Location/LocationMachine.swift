/// Decides for one named location: `handle` changes its state and does nothing else, `plan` says what follows.
package final class LocationMachine {
    package let settings: LocationSettings
    let retry: RetrySettings
    let linger: Duration
    /// Its ledger cannot be read, and an empty one in its place would let people in or lock them out: the location is
    /// frozen until an operator has dealt with the ledger and restarted the worker.
    package let isPaused: Bool
    package internal(set) var ledger: Ledger { didSet { wanted = nil } }
    package internal(set) var items = ItemTable() { didSet { wanted = nil } }
    package private(set) var parked = Parked()
    package private(set) var underWay: LocationRequest?
    package private(set) var standing = Standing()
    package private(set) var drift: DriftWatch
    /// The ledger on disk says that something may have been sent.
    package private(set) var mayHaveSent: Bool
    /// Memory holds a removal that the ledger on disk does not hold yet.
    package internal(set) var hasUnrecordedRemovals = false
    /// Verdicts that the ledger on disk does not hold yet.
    package private(set) var unrecorded: [Outcome] = []
    /// Since when a write is wanted.
    package private(set) var dirtySince: ContinuousClock.Instant?
    package private(set) var secondWrite = SecondWrite.none
    /// An operator's decision lies beside the ledger; it may go once the ledger has taken it in.
    package private(set) var hasDecision = false
    private(set) var lastTried: ContinuousClock.Instant?
    var search: RefusedListSearch<Suspect>?
    /// What Graph said last to a list of the search.
    var refusal: Failure?
    /// Pinned ranges that Graph refuses, until the configuration is read again.
    var refusedPins: [CIDR] = [] { didSet { wanted = nil } }
    private var wanted: WantedList?

    package init(
        _ settings: LocationSettings, _ ledger: Ledger, _ drift: DriftWatch, retry: RetrySettings, linger: Duration,
        isPaused: Bool = false
    ) {
        (self.settings, self.ledger, self.drift) = (settings, ledger, drift)
        (self.retry, self.linger, self.isPaused) = (retry, linger, isPaused)
        mayHaveSent = ledger.confirmation != .never
        self.ledger.sentinel = settings.sentinelRange
        if ledger.confirmation == .unconfirmed { secondWrite = .owed }
    }

    package var name: String { settings.policy.name }

    /// What ledger and waiting grants come to, kept until one of them changes or a time comes.
    func wantedList(at now: Timestamp) -> WantedList {
        if let wanted, wanted.until.map({ now < $0 }) ?? true { return wanted }
        let list = WantedList(self, at: now)
        wanted = list
        return list
    }

    /// Changes the state, and says what for log and journal.
    package func handle(_ event: LocationEvent, at now: Moment) -> [LocationFact] {
        switch event {
        case .admitted(let item, let mayWait): admit(item, mayWait: mayWait, at: now)
        case .removalSeen(let removal): _ = isPaused || end(removal, at: now.wall)
        case .timePassed: return passTime(at: now.wall)
        case .writeConsidered(let mayAdd): considerWrite(mayAdd, at: now)
        case .decided(let decisions): carryOut(decisions, at: now.wall)
        case .recorded(let batch): record(batch)
        case .settled(let claims): ledger.forgetVerdicts(of: claims)
        case .parked(let claims):
            for item in items.remove(claims) { parked.append(item) }
            search = nil
        case .unparked(let count): _ = parked.takeFirst(count)
        case .adoptionDecided(let decision): return decide(decision, at: now.wall)
        case .decisionForgotten: hasDecision = false
        case .sent(let request): send(request, at: now)
        case .answered(let answer, let jitter): return take(answer, jitter, at: now)
        case .lookCancelled:
            underWay = nil
            drift.missed(at: now.monotonic)
        case .failedElsewhere: if underWay == nil { items.noteTry(at: now.wall) }
        case .unexplained(let ranges, let jitter):
            lastTried = now.monotonic
            standing.noteUnexplained(ranges)
            return refuse(Self.unexplained(ranges), jitter, at: now)
        }
        return []
    }

    private func admit(_ item: Item, mayWait: Bool, at now: Moment) {
        if isPaused || mayWait && item.grant != nil { return parked.append(item) }
        var item = item
        switch item.content {
        case .grant(let lease):
            if let failure = ledger.refusal(of: lease, at: now.wall) { item.stage = .refused(failure) }
        case .removal(let removal):
            if end(removal, at: now.wall) { item.stage = .refused(.foundOnlyNewer(removal)) }
        }
        items.append(item)
    }

    /// True where the removal found only what was issued after it.
    private func end(_ removal: Removal, at now: Timestamp) -> Bool {
        let effect = ledger.apply(removal, at: now)
        hasUnrecordedRemovals = true
        let ended = effect.endedSomething || items.grants.contains(where: removal.ends)
        items.refuseWaiting(by: ledger, at: now)
        if ended { ledger.noteEndedSomething(removal, at: now) }
        // What is parked may be what it ends.
        return effect.metNewer && !ended && parked.isEmpty
    }

    private func passTime(at now: Timestamp) -> [LocationFact] {
        var facts: [LocationFact] = []
        if let next = ledger.nextEnd, next <= now {
            facts = ledger.expire(at: now).map(LocationFact.expired)
            if !facts.isEmpty { hasUnrecordedRemovals = true }
        }
        if items.mayHoldEnded(at: now) { items.refuseWaiting(by: ledger, at: now) }
        if ledger.hasSomethingToForget(at: now) { ledger.forget(before: now) }
        return facts
    }

    private func considerWrite(_ mayAdd: Bool, at now: Moment) {
        guard underWay == nil else { return }
        dirtySince = needsWrite(at: now, mayAdd: mayAdd) ? dirtySince ?? now.monotonic : nil
    }

    private func carryOut(_ decisions: [PlannedVerdict], at now: Timestamp) {
        let endings = Dictionary(uniqueKeysWithValues: decisions.map { ($0.claim, $0.ending) })
        for item in items.remove(Set(endings.keys)) {
            if let ending = endings[item.claim] { unrecorded.append(ledger.carryOut(ending, of: item, at: now)) }
        }
    }

    private func record(_ batch: Batch) {
        ledger.wasRecorded()
        if batch.change.mayHaveSent && ledger.confirmation == .never { ledger.confirmation = .unconfirmed }
        (mayHaveSent, hasUnrecordedRemovals, unrecorded) = (batch.change.mayHaveSent, false, [])
    }

    private func send(_ request: LocationRequest, at now: Moment) {
        underWay = request
        if request != .look { lastTried = now.monotonic }
        guard case .write(_, let carrying, let mayAdd) = request else { return }
        if let search { self.search?.wasSent(mayAdd ? nextStep(of: search, at: now.wall).step : .nothingNew) }
        items.carry(carrying)
        ledger.willSend()
        if isSecondWriteDue(at: now) { secondWrite = .none }
    }

    private func take(_ answer: LocationAnswer, _ jitter: Double, at now: Moment) -> [LocationFact] {
        let request = underWay
        underWay = nil
        switch (answer, request) {
        case (.read(let ranges, let decision), _): return meet(ranges, decision, jitter, at: now)
        case (.looked(let ranges), _): return compare(ranges, at: now)
        case (.lookFailed, _):
            drift.missed(at: now.monotonic)
            return []
        case (.taken(let receipt), .write(let list, let carrying, _)):
            return confirm(list, carrying, receipt, at: now)
        case (.failed(let failure), .write(let list, _, _)):
            items.endCarrying(as: .waiting, at: now.wall)
            if failure.isAmbiguous {
                secondWrite = .owed
                ledger.mayBeHeld(list)
            }
            // What a revoke or its end overtook on the way says so, whatever became of the list.
            items.refuseWaiting(by: ledger, at: now.wall)
            if failure.error.remedy == .isolate, let facts = searchOn(after: failure.error, at: now.wall) {
                return facts
            }
            return fail(failure, byWrite: true, jitter, at: now)
        case (.failed(let failure), _): return fail(failure, byWrite: false, jitter, at: now)
        case (.taken, _): return []
        }
    }

    private func confirm(_ list: [CIDR], _ carrying: Set<ClaimName>, _ receipt: Receipt, at now: Moment)
        -> [LocationFact]
    {
        items.endCarrying(as: .taken(receipt), at: now.wall)
        var facts = standing.wasWritten() ? [LocationFact.recovered] : []
        let leaving = leaving(with: list, at: now.wall).ranges
        if !leaving.isEmpty { facts.append(.left(leaving)) }
        ledger.confirm(list, kept: pinned + [settings.sentinelRange])
        drift.wrote(list, at: now.monotonic)
        facts += searchOn(at: now.wall)
        if secondWrite == .owed { secondWrite = .due(now.monotonic + retry.secondWriteAfter) }
        return facts + [.written(list: list.count, items: carrying.count, receipt)]
    }

    private func fail(_ failure: LocationFailure, byWrite: Bool, _ jitter: Double, at now: Moment) -> [LocationFact] {
        let error = failure.error.remedy == .isolate ? failure.error.blamingTheLocation : failure.error
        guard standing.counts(error) else { return [] }
        if !byWrite && failure.scope != .tenant { items.noteTry(at: now.wall) }
        guard failure.scope == .location || failure.scope == .item else { return [.failedBeyond(failure)] }
        let noted = standing.note(error, retry, byWrite: byWrite, jitter: jitter, wait: failure.wait, at: now)
        return [.trouble(noted)]
    }

    private func refuse(_ detail: String, _ jitter: Double, at now: Moment) -> [LocationFact] {
        items.noteTry(at: now.wall)
        let failure = Failure(.entra051, detail, remedy: .grace)
        return [.trouble(standing.note(failure, retry, byWrite: false, jitter: jitter, wait: nil, at: now))]
    }

    private func meet(_ ranges: [String], _ decision: Adoption?, _ jitter: Double, at now: Moment) -> [LocationFact] {
        var facts: [LocationFact] = []
        if ledger.confirmation == .never {
            let look = firstLook(at: ranges)
            switch FirstWrite(look, decision ?? settings.firstStart.decision, name) {
            case .allowed: break
            case .refused(let detail): return refuse(detail, jitter, at: now)
            case .adopting(let kept, let decision):
                ledger.adopt(kept, as: decision, at: now.wall)
                // The ledger takes the decision in before the first list leaves; see `Plan.toRecord`.
                hasDecision = true
                facts.append(.adopted(look.strangers, decision))
            }
        }
        if standing.wasRead() { facts.append(.recovered) }
        return facts
    }

    /// Of a location that is written already: what was kept for good can be given up.
    private func decide(_ decision: Adoption, at now: Timestamp) -> [LocationFact] {
        hasDecision = true
        guard decision == .replace, !ledger.adopted.isEmpty else { return [] }
        let count = ledger.adopted.count
        let adopted = ledger.adopted
        ledger.adopted = []
        ledger.depart(adopted, .unpinned, since: now, at: now)
        hasUnrecordedRemovals = true
        return [.unpinned(count)]
    }

    private func compare(_ found: [String], at now: Moment) -> [LocationFact] {
        guard let confirmed = ledger.confirmedList else { return [] }
        switch drift.saw(found, confirmed: confirmed, at: now.monotonic) {
        case .agrees, .stale: return []
        case .suspect: return [.driftSuspected]
        case .drifted(let added, let missing):
            // The next turn writes what should be there.
            ledger.confirmation = .unconfirmed
            return [.driftFound(added: added, missing: missing)]
        }
    }
}
