import GrantCore
import Spool

/// What is written about an outcome: the `.why` beside a failed item and the line in the journal.
enum Report {
    /// Six to ten lines for whoever runs `cat`; never file content.
    static func why(_ outcome: Outcome, at now: Moment) -> String? {
        guard let error = outcome.error else { return nil }
        let item = outcome.file.claim.item
        var lines = [
            "\(error.code)  \(error.code.title)",
            "What happened:  \(error.detail)",
            "What to do:     \(error.code.nextStep)",
        ]
        if error.code != .spool005, outcome.waiting?.isRecordedRemoval ?? false, !outcome.isUnproved {
            lines.append("This removal:   recorded; it is sent as soon as Entra accepts; no retry needed")
        }
        if let waiting = outcome.waiting, waiting.attempts > 0, let first = waiting.firstTry, let last = waiting.lastTry
        {
            lines.append("Attempts:       \(waiting.attempts), first \(first), last \(last)")
        }
        if let status = error.status {
            lines.append("Graph said:     HTTP \(status), request id \(error.graphRequestId ?? "none")")
        }
        lines.append("Arrived:        \(item.stamp), failed \(now.wall)")
        lines.append("More:           knocknoc-entra explain \(error.code)")
        lines.append("Retry:          mv failed/\(error.code)/\(shellQuoted(item)) incoming/")
        return lines.joined(separator: "\n") + "\n"
    }

    /// The note of a verdict that an earlier life committed; what it had seen stands in its log.
    static func why(recovered claim: ClaimName, _ verdict: Verdict, at now: Moment) -> String? {
        guard case .failed(let code) = verdict else { return nil }
        return """
            \(code)  \(code.title)
            What happened:  the worker ended just after this verdict; the log of that time says more
            What to do:     \(code.nextStep)
            Arrived:        \(claim.item.stamp), failed before \(now.wall)
            More:           knocknoc-entra explain \(code)
            Retry:          mv failed/\(code)/\(shellQuoted(claim.item)) incoming/

            """
    }

    static func journalLine(_ outcome: Outcome, at now: Moment) -> [UInt8] {
        let waiting = outcome.waiting
        var fields: [(String, String?)] = [
            ("time", jsonText(now.wall.description)),
            ("event", jsonText(waiting?.action ?? "unreadable")),
            ("item", jsonText(outcome.file.claim.item.description)),
            ("verdict", jsonText(outcome.verdict.description)),
            ("location", waiting.map { jsonText($0.request.location) }),
            ("user", waiting?.request.user.map(jsonText)),
            ("grant_id", waiting?.request.grantId.map(jsonText)),
            (
                "addresses",
                waiting?.addresses.map { "[" + $0.map { jsonText($0.description) }.joined(separator: ",") + "]" }
            ),
            ("request_id", waiting?.request.requestId.map(jsonText)),
            ("issued_at", waiting.map { jsonText($0.request.issuedAt.description) }),
            ("starts_at", waiting?.grant?.startsAt.map { jsonText($0.description) }),
            ("expires_at", waiting?.grant.map { jsonText($0.expiresAt.description) }),
            ("owner_uid", String(outcome.file.status.owner)),
            ("submitter_oid", waiting?.submitter.map(jsonText)),
            // Nothing of it was carried out, not even a removal.
            ("unproved", outcome.isUnproved ? "true" : nil),
            ("attempts", waiting.map { String($0.attempts) }),
            ("seconds", seconds(from: outcome.file.claim.item.stamp, to: now.wall)),
        ]
        fields += [
            ("detail", (outcome.error?.detail ?? outcome.note).map(jsonText)),
            ("batch", outcome.receipt.map { String($0.batch) }),
            ("graph_status", outcome.graphStatus.map { String($0) }),
            ("graph_request_id", outcome.graphRequestId.map(jsonText)),
        ]
        return line(fields)
    }

    static func journalLine(expiry lease: Lease, location: String, at now: Moment) -> [UInt8] {
        line([
            ("time", jsonText(now.wall.description)),
            ("event", jsonText("expired")),
            ("item", jsonText(lease.order.name.description)),
            ("location", jsonText(location)),
            ("user", lease.user.map(jsonText)),
            ("grant_id", lease.grantId.map(jsonText)),
            ("addresses", "[" + lease.ranges.map { jsonText($0.description) }.joined(separator: ",") + "]"),
            ("request_id", lease.requestId.map(jsonText)),
            ("ended_at", jsonText(lease.expiresAt.description)),
        ])
    }

    /// Ranges that a list took away.
    static func journalLine(left leaving: [Leaving.Range], location: String, at now: Moment) -> [UInt8] {
        let ranges = leaving.map {
            "{\"range\":\(jsonText($0.range.description)),\"cause\":\(jsonText($0.cause.rawValue))}"
        }
        return line([
            ("time", jsonText(now.wall.description)),
            ("event", jsonText("left")),
            ("location", jsonText(location)),
            ("ranges", "[" + ranges.joined(separator: ",") + "]"),
        ])
    }

    /// What was there before the first write, and what became of it.
    static func journalLine(adopted ranges: [String], _ decision: Adoption, location: String, at now: Moment) -> [UInt8]
    {
        line([
            ("time", jsonText(now.wall.description)),
            ("event", jsonText("adopted")),
            ("location", jsonText(location)),
            ("decision", jsonText(decision.description)),
            ("ranges", "[" + ranges.map(jsonText).joined(separator: ",") + "]"),
        ])
    }

    /// What others changed, and is written over.
    static func journalLine(drift added: [String], _ missing: [CIDR], location: String, at now: Moment) -> [UInt8] {
        line([
            ("time", jsonText(now.wall.description)),
            ("event", jsonText("drift")),
            ("location", jsonText(location)),
            ("added", "[" + added.map(jsonText).joined(separator: ",") + "]"),
            ("missing", "[" + missing.map { jsonText($0.description) }.joined(separator: ",") + "]"),
        ])
    }

    /// A verdict that an earlier life committed and this one only carries out.
    static func journalLine(recovered claim: ClaimName, _ verdict: Verdict, at now: Moment) -> [UInt8] {
        line([
            ("time", jsonText(now.wall.description)),
            ("event", jsonText("recovered")),
            ("item", jsonText(claim.item.description)),
            ("verdict", jsonText(verdict.description)),
        ])
    }

    private static func line(_ fields: [(String, String?)]) -> [UInt8] {
        let present = fields.compactMap { name, value in value.map { "\(jsonText(name)):\($0)" } }
        return Array(("{" + present.joined(separator: ",") + "}\n").utf8)
    }

    private static func seconds(from start: Timestamp, to end: Timestamp) -> String {
        String(Double((end - start).wholeMicroseconds / 1_000) / 1_000)
    }

    /// So that the line can be pasted; a name with odd bytes is shown escaped, and a glob on its stamp finds it.
    private static func shellQuoted(_ item: ItemName) -> String {
        let text = item.description
        let isPlain = text.utf8.allSatisfy { $0 != 0x25 && $0 != 0x27 }
        return isPlain ? "'\(text)'" : "\(item.stamp.stamp)*"
    }
}

extension Waiting {
    var action: String {
        switch request.action {
        case .grant: "grant"
        case .revoke: "revoke"
        case .flush: "flush"
        }
    }

    var addresses: [CIDR]? {
        switch request.action {
        case .grant(let grant): grant.ranges
        case .revoke(.user(_, let ranges)): ranges
        case .revoke(.addresses(let ranges)): ranges
        case .revoke(.grantId), .flush: nil
        }
    }

    /// Its effect stands in the ledger already, whatever becomes of its file.
    var isRecordedRemoval: Bool {
        if case .removal = content { return true }
        return false
    }
}
