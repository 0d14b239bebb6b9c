import Grants

/// What is written about an outcome: the `.why` beside a failed item and the line in the journal.
enum Report {
    /// Six to ten lines for whoever runs `cat`; never file content.
    static func why(_ outcome: Outcome, at now: Moment) -> String? {
        guard let error = outcome.failure else { return nil }
        let item = outcome.claim.item
        var lines = [
            "\(error.code)  \(error.code.title)",
            "What happened:  \(error.detail)",
            "What to do:     \(error.code.nextStep)",
        ]
        if error.code != .spool005, outcome.item?.isRecordedRemoval ?? false, !outcome.isUnproved {
            lines.append("This removal:   recorded; it is sent as soon as Entra accepts; no retry needed")
        }
        if let known = outcome.item, known.attempts > 0, let first = known.firstTry, let last = known.lastTry {
            lines.append("Attempts:       \(known.attempts), first \(first), last \(last)")
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
        let item = outcome.item
        return line { json in
            json.member("time", now.wall)
            json.member("event", item?.action ?? "unreadable")
            json.member("item", outcome.claim.item)
            json.member("verdict", outcome.verdict.description)
            json.member("location", item?.request.location)
            json.member("user", item?.request.user)
            json.member("grant_id", item?.request.grantId)
            json.member("addresses", item?.addresses)
            json.member("request_id", item?.request.requestId)
            json.member("issued_at", item?.request.issuedAt)
            json.member("starts_at", item?.grant?.startsAt)
            json.member("expires_at", item?.grant?.expiresAt)
            json.member("owner_uid", Int(outcome.owner))
            json.member("submitter_oid", item?.submitter)
            // Nothing of it was carried out, not even a removal.
            if outcome.isUnproved { json.member("unproved", true) }
            json.member("attempts", item?.attempts)
            json.name("seconds")
            json.word(seconds(from: outcome.claim.item.stamp, to: now.wall))
            json.member("detail", outcome.failure?.detail ?? outcome.note)
            json.member("batch", outcome.receipt?.batch)
            json.member("graph_status", outcome.graphStatus)
            json.member("graph_request_id", outcome.graphRequestId)
        }
    }

    static func journalLine(expiry lease: Lease, location: String, at now: Moment) -> [UInt8] {
        journalLine("expired", lease, endedAt: lease.expiresAt, location, now)
    }

    /// A lease that Graph refuses.
    static func journalLine(refused lease: Lease, location: String, at now: Moment) -> [UInt8] {
        journalLine("refused", lease, endedAt: now.wall, location, now)
    }

    private static func journalLine(
        _ event: String, _ lease: Lease, endedAt end: Timestamp, _ location: String, _ now: Moment
    ) -> [UInt8] {
        line { json in
            json.member("time", now.wall)
            json.member("event", event)
            json.member("item", lease.order.name)
            json.member("location", location)
            json.member("user", lease.user)
            json.member("grant_id", lease.grantId)
            json.member("addresses", lease.ranges)
            json.member("request_id", lease.requestId)
            json.member("ended_at", end)
        }
    }

    /// Ranges that a list took away.
    static func journalLine(left leaving: [Leaving.Range], location: String, at now: Moment) -> [UInt8] {
        line { json in
            json.member("time", now.wall)
            json.member("event", "left")
            json.member("location", location)
            json.name("ranges")
            json.array { json in
                for left in leaving {
                    json.object { json in
                        json.member("range", left.range)
                        json.member("cause", left.cause.rawValue)
                    }
                }
            }
        }
    }

    /// What was there before the first write, and what became of it.
    static func journalLine(adopted ranges: [String], _ decision: Adoption, location: String, at now: Moment) -> [UInt8]
    {
        line { json in
            json.member("time", now.wall)
            json.member("event", "adopted")
            json.member("location", location)
            json.member("decision", decision.description)
            json.member("ranges", ranges)
        }
    }

    /// What others changed, and is written over.
    static func journalLine(drift added: [String], _ missing: [CIDR], location: String, at now: Moment) -> [UInt8] {
        line { json in
            json.member("time", now.wall)
            json.member("event", "drift")
            json.member("location", location)
            json.member("added", added)
            json.member("missing", missing)
        }
    }

    /// A verdict that an earlier life committed and this one only carries out.
    static func journalLine(recovered claim: ClaimName, _ verdict: Verdict, at now: Moment) -> [UInt8] {
        line { json in
            json.member("time", now.wall)
            json.member("event", "recovered")
            json.member("item", claim.item)
            json.member("verdict", verdict.description)
        }
    }

    private static func line(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.object(members)
        json.endLine()
        return json.bytes
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

extension Item {
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
