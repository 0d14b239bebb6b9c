extension RequestFields {
    /// How far a producer's clock may be ahead of this host's.
    static var longestLead: Duration { .seconds(300) }

    /// When the request was made, which decides the order of requests: as written, and the same at every reading.
    func issued(in context: RequestContext, _ faults: inout RequestFaults) -> Timestamp {
        guard let issuedAt, let field = self[.issuedAt] else {
            return min(context.stamp, context.modified, context.claimed)
        }
        if issuedAt > context.claimed + Self.longestLead {
            faults.add(
                .conflict,
                "\(field.title) lies more than 5 minutes ahead of \(context.claimed), when this host claimed the file: "
                    + "set the producer's clock")
        }
        return issuedAt
    }

    /// When a grant ends, at the latest when its location lets it; nil where its times are at fault.
    func end(
        _ issuedAt: Timestamp,
        _ location: LocationPolicy?,
        _ notes: inout [String],
        _ faults: inout RequestFaults
    ) -> Timestamp? {
        if let field = self[.durationSeconds], self[.expiresAt] != nil {
            faults.add(.conflict, "\(field.title) and expiresAt are both there; give one of them")
            return nil
        }
        let asked = expiresAt ?? duration.map { issuedAt + $0 }
        if let startsAt, let field = self[.startsAt], let asked, startsAt >= asked {
            faults.add(.conflict, "\(field.title) is not before the end of the grant, \(asked)")
            return nil
        }
        guard let location else { return nil }
        let latest = issuedAt + location.maxGrantDuration
        if let startsAt, let field = self[.startsAt], startsAt >= latest {
            faults.add(
                .conflict,
                "\(field.title) is not before \(latest), when maxGrantDuration ends what was issued at \(issuedAt)"
            )
            return nil
        }
        guard let asked else { return latest }
        if asked > latest { notes.append("end shortened to maxGrantDuration") }
        return min(asked, latest)
    }
}
