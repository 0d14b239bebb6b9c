extension LocationMachine {
    /// Everything that follows from the state; whether something is due and when are one expression.
    package func plan(at now: Moment, under conditions: Conditions) -> Plan {
        var plan = Plan()
        guard !isPaused else { return plan }
        plan.toRecord = toRecord(at: now, conditions)
        planRequest(in: &plan, at: now, conditions)
        if underWay == nil {
            plan.decisions = decisions(in: &plan, at: now, conditions)
            if case .due(let instant) = secondWrite, instant > now.monotonic { plan.wake(at: instant) }
        }
        plan.wake(at: wantedList(at: now.wall).until.map(now.instant))
        planAlarms(in: &plan, at: now)
        return plan
    }

    /// What leaves is durable before it is sent; so is, before the first list, that one may have been sent.
    private func toRecord(at now: Moment, _ conditions: Conditions) -> Batch? {
        let isFirst = !mayHaveSent && standing.isKnown && needsWrite(at: now, mayAdd: conditions.mayAdd)
        return hasUnrecordedRemovals || isFirst || !unrecorded.isEmpty ? batch(isFirst: standing.isKnown) : nil
    }

    /// All that the disk does not know yet; `isFirst` where a first list is to be sent.
    package func batch(isFirst: Bool = false) -> Batch {
        var change = ledger.change(mayHaveSent: isFirst || ledger.confirmation != .never)
        change.isDraining = isDraining
        return Batch(location: name, change: change, outcomes: unrecorded)
    }

    private func planRequest(in plan: inout Plan, at now: Moment, _ conditions: Conditions) {
        let isWriteWanted = needsWrite(at: now, mayAdd: conditions.mayAdd)
        if underWay == .look { plan.givesUpLook = isWriteWanted || !items.isEmpty }
        guard underWay == nil else { return }
        if isWriteWanted {
            // The ledger on disk comes first.
            guard mayHaveSent || !standing.isKnown else { return }
            let since = dirtySince ?? now.monotonic
            let at = max(since + linger, standing.trouble?.retryAt ?? since)
            plan.request = Plan.Wish(
                kind: standing.isKnown ? .write : .read, at: at, since: max(since, lastTried ?? since))
        } else if ledger.confirmation == .confirmed, standing.trouble == nil {
            plan.request = Plan.Wish(kind: .look, at: drift.readsAt, since: drift.readsAt)
        }
    }

    /// Verdicts: what Graph took or has already, refusals, and what has waited too long.
    private func decisions(in plan: inout Plan, at now: Moment, _ conditions: Conditions) -> [PlannedVerdict] {
        guard !items.isEmpty else { return [] }
        var decisions: [PlannedVerdict] = []
        let withoutRoom = items.hasWaiting ? Set(wantedList(at: now.wall).ranges.withoutRoom.map(\.order.name)) : []
        let isListed =
            !hasUnrecordedRemovals && ledger.confirmation == .confirmed && wantedList(at: now.wall).isListed
        // Short of room for more, a removal is done as soon as what it ended has left.
        let isRid = !conditions.mayAdd && !hasUnrecordedRemovals && !needsWrite(at: now, mayAdd: false)
        let trouble = conditions.trouble ?? standing.trouble?.error
        // Most turns decide nothing about what waits, and then need not look at each.
        let isThrottled = conditions.shutRest > .zero || conditions.shutTime >= retry.longestThrottle
        guard items.hasDecided || isListed || isRid || !withoutRoom.isEmpty || trouble != nil || isThrottled else {
            return []
        }
        func decide(_ item: Item, _ ending: PlannedVerdict.Ending) {
            decisions.append(PlannedVerdict(claim: item.claim, ending: ending))
        }
        for item in items.all {
            switch item.stage {
            case .refused(let failure): decide(item, .fails(failure))
            case .taken(let receipt): decide(item, .settles(receipt))
            case .carried: break
            case .waiting:
                if withoutRoom.contains(item.name) {
                    decide(item, .fails(.locationFull))
                } else if isListed || (isRid && item.grant == nil) {
                    decide(item, .settles(nil))
                } else if item.grant != nil, !mayWait(item, conditions, in: &plan, at: now) {
                    decide(item, .fails(.throttledForLong(retry.longestThrottle)))
                } else if let trouble, let rest = rest(of: item, trouble, conditions, at: now) {
                    if rest <= .zero {
                        decide(item, .fails(trouble))
                    } else {
                        plan.wake(at: now.monotonic + rest + conditions.shutRest)
                    }
                }
            }
        }
        return decisions
    }

    /// How much longer an item waits if its trouble lasts, without the time that 429s shut the gate; nil where it has not
    /// met it yet.
    private func rest(of item: Item, _ trouble: Failure, _ conditions: Conditions, at now: Moment) -> Duration? {
        guard item.attempts > 0 else { return nil }
        let age = now.monotonic - item.claimedAt - (conditions.shutTime - item.shutTimeBefore)
        return retry.patience(for: trouble.remedy) - age
    }

    /// False for one that 429s have held up for as long as anything waits for them.
    private func mayWait(_ item: Item, _ conditions: Conditions, in plan: inout Plan, at now: Moment) -> Bool {
        let rest = retry.longestThrottle - (conditions.shutTime - item.shutTimeBefore)
        guard rest > .zero else { return false }
        if conditions.shutRest >= rest { plan.wake(at: now.monotonic + rest) }
        return true
    }

    private func planAlarms(in plan: inout Plan, at now: Moment) {
        let due = overdue(at: now.wall)
        let late = due.filter { $0.value.since + retry.grace <= now.wall }
        if let since = late.values.map(\.since).min() {
            plan.alarms.append(.overdue(late.keys.sorted(), since: since))
        }
        plan.wake(
            at: due.values.lazy.map { $0.since + self.retry.grace }.filter { $0 > now.wall }.min().map(now.instant))
        if !standing.unexplained.isEmpty { plan.alarms.append(.unexplained(standing.unexplained)) }
        if !refusedPins.isEmpty { plan.alarms.append(.refusedPins(refusedPins)) }
        guard ledger.confirmation != .never else { return }
        let hidden = wantedList(at: now.wall).ranges.hidden
        if !hidden.isEmpty { plan.alarms.append(.overfull(hidden)) }
        if ledger.listed.count * 10 >= Ledger.limit * 9 { plan.alarms.append(.nearlyFull(ledger.listed.count)) }
    }
}

/// Questions about a location that a stop or a status asks.
extension LocationMachine {
    package var isDraining: Bool { settings.policy.isDraining }

    /// Nobody is left in a location that drains, and Entra knows it.
    package func isEmptied(at now: Moment) -> Bool {
        let isUnused = ledger.leases.isEmpty && ledger.settling.isEmpty && items.isEmpty && parked.isEmpty
        guard isDraining, isUnused, unrecorded.isEmpty, underWay == nil else { return false }
        return ledger.confirmation == .never || isConfirmedForGood && !needsWrite(at: now)
    }

    /// Nothing of it waits for a verdict or a list; one in trouble is left to a later run.
    package func isDrained(at now: Moment, hasLostEntra: Bool) -> Bool {
        items.isEmpty && unrecorded.isEmpty && parked.isEmpty && underWay == nil
            && (!needsWrite(at: now) || standing.trouble != nil || hasLostEntra)
    }

    /// Its list at Graph is not known to be free of what had to leave.
    package func owesRemoval(at now: Moment) -> Bool {
        guard let list = ledger.confirmedList else { return ledger.confirmation == .unconfirmed }
        return !Set(list).isSubset(of: desired(at: now.wall))
    }

    /// The next start need not write it again.
    package var isConfirmedForGood: Bool {
        ledger.confirmation == .confirmed && underWay == nil && secondWrite == .none && !hasUnrecordedRemovals
            && unrecorded.isEmpty
    }

    /// What may be parked of a location that cannot be served, beyond `kept` items.
    package func surplus(beyond kept: Int) -> Set<ClaimName> {
        guard underWay == nil else { return [] }
        // What Graph has taken already and could not be recorded yet accounts for its ranges.
        let idle = items.all.lazy.filter { item in
            item.wantedGrant.map { !$0.ranges.contains(where: self.ledger.listed.touches) } ?? false
        }
        return Set(idle.dropFirst(kept).map(\.claim))
    }
}
