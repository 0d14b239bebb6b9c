extension GrantRequest {
    /// The size above which a file is no request.
    package static let largestFile = 65_536

    /// Throws SPOOL001, SPOOL002, SPOOL003 or ENTRA051, with every fault of the file in the detail.
    package init(parsing bytes: [UInt8], in context: RequestContext) throws(Failure) {
        let members = try Self.members(of: bytes)
        var faults = RequestFaults()
        let fields = RequestFields(members, &faults)
        let location = fields.policy(among: context.locations, &faults)
        let ranges = fields.ranges(for: location?.addresses, &faults)
        var notes: [String] = []
        let issuedAt = fields.issued(in: context, &faults)
        let action =
            switch fields.kind {
            case .grant: fields.grant(of: ranges, issuedAt, location, &notes, &faults)
            case .revoke: fields.revoke(of: ranges, &notes, &faults)
            case .flush: fields.flush(&faults)
            case nil: nil as Action?
            }
        if let verdict = faults.verdict { throw verdict }
        guard let action, let location else {
            throw Failure(.spool002, "the request is incomplete")
        }
        self.init(
            action: action,
            location: location.name,
            user: fields.user,
            grantId: fields.grantId,
            requestId: fields.requestId,
            token: fields.token,
            issuedAt: issuedAt,
            notes: notes
        )
    }

    private static func members(of bytes: [UInt8]) throws(Failure) -> [JSONMember] {
        guard bytes.count <= largestFile else {
            throw Failure(.spool001, "the file has \(bytes.count) bytes; a request has at most \(largestFile)")
        }
        let document: JSONNode
        do throws(JSONError) {
            document = try StrictJSON.parse(bytes)
        } catch {
            throw Failure(.spool001, error.description)
        }
        guard case .object(let members) = document.value else {
            throw Failure(.spool002, "the request is \(document.value.kind), not an object")
        }
        return members
    }
}

extension RequestFields {
    fileprivate func grant(
        of ranges: [CIDR]?,
        _ issuedAt: Timestamp,
        _ location: LocationPolicy?,
        _ notes: inout [String],
        _ faults: inout RequestFaults
    ) -> GrantRequest.Action? {
        if let location, location.isDraining {
            faults.add(
                .location,
                "location \(location.name) has left the configuration and takes no new grants; revoke and flush still work"
            )
        }
        if isMissing(.addresses) { faults.add(.missing, "addresses is missing; a grant lists at least one") }
        guard let end = end(issuedAt, location, &notes, &faults), let ranges else { return nil }
        return .grant(GrantRequest.Grant(ranges: ranges, startsAt: startsAt, expiresAt: end))
    }

    fileprivate func revoke(
        of ranges: [CIDR]?,
        _ notes: inout [String],
        _ faults: inout RequestFaults
    ) -> GrantRequest.Action? {
        refuse([.startsAt, .expiresAt, .durationSeconds], in: "a revoke", &faults)
        if isMissing(.grantId, .user, .addresses) {
            faults.add(.missing, "a revoke needs grantId, user or addresses; a flush ends everything")
        }
        if let grantId {
            if user != nil || ranges != nil {
                notes.append("grantId alone selects; user and addresses beside it do not")
            }
            return .revoke(.grantId(grantId))
        }
        if let user { return .revoke(.user(user, ranges: ranges)) }
        return ranges.map { .revoke(.addresses($0)) }
    }

    fileprivate func flush(_ faults: inout RequestFaults) -> GrantRequest.Action {
        refuse(
            [.addresses, .user, .grantId, .startsAt, .expiresAt, .durationSeconds],
            in: "a flush, which ends every lease of the location",
            &faults
        )
        return .flush
    }

    private func refuse(_ names: [Name], in action: String, _ faults: inout RequestFaults) {
        for name in names {
            if let field = self[name] { faults.add(.conflict, "\(field.title) makes no sense in \(action)") }
        }
    }
}
