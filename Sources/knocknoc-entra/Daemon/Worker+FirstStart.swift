import Entra
import Grants
import Linux
import Spool

extension Worker {
    /// A named location was read: it may be written from now on, unless it holds what we must not throw away unasked.
    ///
    /// A wrong GUID or a lost ledger would otherwise lock a company out.
    func meet(_ found: NamedLocation, as location: LocationState, at now: Moment) {
        log(
            .info, "location.found",
            [
                "location": location.name, "display_name": found.displayName, "ranges": String(found.ranges.count),
                "trusted": found.isTrusted.map { String($0) },
            ])
        guard location.ledger.confirmation == .never else {
            welcome(location)
            return
        }
        let look = FirstLook(
            found.ranges, pinned: location.pinned, sentinel: location.settings.sentinelRange)
        guard !look.strangers.isEmpty else {
            welcome(location)
            return
        }
        do throws(SystemError) {
            try store.saveFound(location.name, look.found)
        } catch {
            log(.warning, "location.unsaved", ["location": location.name, "error": error.description])
        }
        guard let decision = store.decision(location.name) ?? location.settings.firstStart.decision else {
            guardList(look, of: location, at: now)
            return
        }
        adopt(look, as: decision, location, at: now)
    }

    private func welcome(_ location: LocationState) {
        location.isKnown = true
        location.retriedWithFreshToken = false
        // What a PATCH met is over only when a PATCH goes through.
        if location.trouble?.error.code != .entra051 || location.ledger.confirmation == .never {
            location.endTrouble(log)
        }
    }

    /// Somebody has decided about a location that is written already: what was kept for good can be given up.
    func takeLateDecision(for location: LocationState, at now: Moment) {
        guard let decision = store.decision(location.name) else { return }
        location.hasDecision = true
        guard decision == .replace, !location.ledger.adopted.isEmpty else { return }
        location.ledger.depart(location.ledger.adopted, .unpinned, since: now.wall)
        log(
            .notice, "location.adopted",
            [
                "location": location.name, "decision": decision.description,
                "ranges": String(location.ledger.adopted.count),
            ])
        location.ledger.adopted = []
        location.hasUnrecordedRemovals = true
    }

    private func adopt(_ look: FirstLook, as decision: Adoption, _ location: LocationState, at now: Moment) {
        if decision != .replace {
            guard let ranges = look.keepable else {
                refuse(
                    location,
                    "it holds ranges from one address to another, which a list of networks cannot keep: "
                        + "replace them in the portal by networks, or decide with `knocknoc-entra adopt \(location.name) --replace`",
                    at: now)
                return
            }
            let item = ItemName(claiming: Array("adopted.json".utf8), arrived: now.wall, random: 0)
            location.ledger.adopt(ranges, as: decision, at: now.wall, item: item)
        }
        // The ledger takes the decision in before the first list leaves; see `recordRemovals`.
        location.hasDecision = true
        recorder.note(Report.journalLine(adopted: look.strangers, decision, location: location.name, at: now))
        welcome(location)
        log(
            .notice, "location.adopted",
            ["location": location.name, "decision": decision.description, "ranges": String(look.strangers.count)])
    }

    private func guardList(_ look: FirstLook, of location: LocationState, at now: Moment) {
        let count = look.strangers.count
        let shown = look.strangers.prefix(3).joined(separator: ", ")
        refuse(
            location,
            "it holds \(count) range\(count == 1 ? "" : "s") that this worker did not write (\(shown)\(count > 3 ? ", …" : "")), so nothing is written: "
                + "is the GUID right, was the ledger lost? Decide with `knocknoc-entra adopt \(location.name) --replace`, "
                + "`--pin` or `--for 8h`; what was found is kept in ledger/\(location.name).found",
            at: now)
    }

    func refuse(_ location: LocationState, _ detail: String, at now: Moment) {
        let error = Failure(.entra051, detail, remedy: .grace)
        var trouble = location.trouble ?? Trouble(error, at: now.monotonic)
        note(error, in: &trouble, wait: nil, at: now)
        location.trouble = trouble
        location.noteTry(at: now.wall)
        report(trouble: trouble, at: location.name, now)
    }
}

extension FirstStart {
    /// What the configuration decided beforehand; nil: somebody has to.
    fileprivate var decision: Adoption? {
        switch self {
        case .guarded: nil
        case .replace: .replace
        case .adopt: .pin
        }
    }
}
