import Entra
import Grants

/// One named location as Graph shows it, and what the worker would do with what is there.
struct LocationStep {
    let findings: Findings
    let consultation: Consultation
    let settings: Settings
    let token: AccessToken

    /// Nil where it could not be had.
    func run(_ name: String, _ location: LocationSettings, ledger: Ledger?) -> NamedLocation? {
        let request = GraphRequests(graph: settings.entra.graph, timeouts: consultation.timeouts)
        func get() -> Result<HTTPReply, TransportFailure> {
            consultation.ask(
                request.get(id: location.policy.id, token: token, clientRequestId: consultation.newId()))
        }
        var result = get()
        // Graph may say so for a moment while it replicates.
        if case .success(let reply) = result, reply.status == 404 {
            consultation.pause(.seconds(1))
            result = get()
        }
        do throws(ReplyVerdict) {
            let found = try NamedLocation.read(result, now: consultation.clock.wall())
            findings.ok(
                .locationFound, of: name,
                "\"\(SafeText.line(found.displayName ?? "", limit: 80))\", \(location.policy.id)")
            findings.ok(.locationPermitted, of: name, "reading is permitted")
            findings.ok(.locationType, of: name, "an IP location")
            contents(found, name, location, ledger)
            return found
        } catch {
            report(error, name)
            return nil
        }
    }

    private func report(_ verdict: ReplyVerdict, _ name: String) {
        let check: Check =
            switch verdict.code {
            case .entra002, .entra001: .locationPermitted
            case .entra005: .throttled
            case .entra053: .locationType
            default: .locationFound
            }
        findings.fail(check, of: name, verdict.error)
        if check == .locationType {
            findings.ok(.locationFound, of: name, "it exists")
            findings.ok(.locationPermitted, of: name, "reading is permitted")
        }
        let made = findings.all.filter { $0.subject == name }.map(\.check)
        for other in Step.locations.checks where !made.contains(other) {
            findings.skip(other, of: name, "not reached: \(check.rawValue) failed")
        }
    }

    private func contents(_ found: NamedLocation, _ name: String, _ location: LocationSettings, _ ledger: Ledger?) {
        findings.ok(
            .locationTrusted, of: name,
            found.isTrusted == true
                ? "marked as trusted: policies that name all trusted locations mean it too"
                : "not marked as trusted")
        let count = found.ranges.count
        let text = "\(count) of \(Ledger.limit) ranges"
        if count > Ledger.limit * 9 / 10 {
            findings.warn(
                .locationRanges, of: name, code: .entra051, text,
                do: "Shorten grants, pin fewer ranges, or share the users out over two locations.")
        } else {
            findings.ok(.locationRanges, of: name, text)
        }
        let odd = found.ranges.filter { CIDR(graph: $0) == nil }
        if odd.isEmpty {
            findings.ok(.locationForms, of: name, "all ranges are networks")
        } else {
            findings.warn(
                .locationForms, of: name,
                "\(odd.count) ranges are no networks, such as \(SafeText.line(odd[0], limit: 80))",
                do: "The next write replaces them; write them as networks in the portal if they have to stay.")
        }
        if let ledger, ledger.confirmation != .never {
            findings.skip(.locationFirstStart, of: name, "this worker has written it before")
            ledgerAgainst(found, name, location, ledger)
        } else {
            FirstStartStep(findings: findings, settings: settings).run(found, name, location)
            findings.skip(.locationMatches, of: name, "this worker has not written it yet")
        }
    }

    private func ledgerAgainst(_ found: NamedLocation, _ name: String, _ location: LocationSettings, _ ledger: Ledger) {
        guard ledger.id == location.policy.id else {
            return findings.fail(
                .locationMatches, of: name, code: .entra051, "its ledger belongs to the id \(ledger.id)",
                do: "Put that id back and flush it, or move the ledger aside and decide with `adopt`.")
        }
        let wanted = Set(
            ledger.desired(
                at: consultation.clock.wall(), pinned: location.pinnedRanges + ledger.adopted,
                sentinel: location.sentinelRange))
        let there = Set(found.ranges.compactMap { CIDR(graph: $0) })
        let (missing, extra) = (wanted.subtracting(there).count, there.subtracting(wanted).count)
        guard missing + extra > 0 else {
            return findings.ok(.locationMatches, of: name, "it holds what the ledger says")
        }
        findings.warn(
            .locationMatches, of: name,
            "\(extra) ranges too many and \(missing) too few, against the ledger",
            do: "A running worker mends it within reconcileInterval; just after a write Graph may show the older list.")
    }
}
