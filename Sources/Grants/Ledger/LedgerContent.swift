/// What a ledger file says, before it is known to fit together.
struct LedgerContent {
    private var version: Int?
    private var location: String?
    private var id: String?
    /// The list that Graph took last; that it is still the one there is vouched for by a clean stop alone.
    private var confirmed: [CIDR] = []
    private var confirmation: String?
    /// What was pinned in that list, and its sentinel.
    private var kept: [CIDR]?
    private var departures: [CIDR: Departures.Departure] = [:]
    private var leases: [Lease]?
    private var tombstones: [Tombstones.Tombstone]?
    private var endings: [(LeaseKey, Endings.Ending)]?
    private var forgotten: Timestamp?
    private var settling: [ClaimName: Verdict]?
    private var adopted: [CIDR] = []

    init(from reader: inout LedgerReader) throws(JSONError) {
        try reader.members { (name, reader) throws(JSONError) in
            switch name {
            case "version": version = try reader.number()
            case "location": location = try reader.string()
            case "id": id = try reader.string()
            case "confirmed": confirmed = try reader.optional(ranges) ?? []
            case "confirmation": confirmation = try reader.string()
            case "kept": kept = try reader.optional(ranges)
            case "departures": departures = try reader.optional(Departures.read) ?? [:]
            case "leases": leases = try reader.list(Lease.init(from:))
            case "tombstones": tombstones = try reader.list(Tombstones.Tombstone.init(from:))
            case "endings": endings = try reader.list(Endings.read)
            case "forgotten": forgotten = try reader.optional(time)
            case "settling": settling = try Self.settling(&reader)
            case "adopted": adopted = try reader.optional(ranges) ?? []
            default: try reader.skip()
            }
        }
    }

    func ledger(memory: Duration) throws(JSONError) -> Ledger {
        guard let version, let location, let id, let confirmation, let leases, let tombstones, let endings, let settling
        else { throw JSONError("one of its parts is missing") }
        guard version == LedgerDocument.version else {
            throw JSONError("layout version \(version) is not known to this program")
        }
        var ledger = Ledger(
            location: location, id: id, memory: memory, leases: leases, tombstones: tombstones, endings: endings,
            forgotten: forgotten, listed: confirmed, kept: kept ?? confirmed, departures: Departures(departures))
        ledger.adopted = adopted
        ledger.settling = settling
        guard ledger.leases.count == leases.count, ledger.endings.byKey.count == endings.count else {
            throw JSONError("a key stands there twice")
        }
        guard let known = Confirmation(rawValue: confirmation), known != .confirmed || !ledger.listed.isEmpty else {
            throw JSONError("its confirmation is \(confirmation)")
        }
        ledger.confirmation = known
        return ledger
    }

    private static func settling(_ reader: inout LedgerReader) throws(JSONError) -> [ClaimName: Verdict] {
        var settling: [ClaimName: Verdict] = [:]
        try reader.members { (claim, reader) throws(JSONError) in
            let verdict = try reader.string()
            guard let name = ClaimName(escaped: claim), let verdict = Verdict(verdict) else {
                throw reader.failure("settling holds \(claim) → \(verdict)")
            }
            settling[name] = verdict
        }
        return settling
    }
}

extension Lease {
    fileprivate init(from reader: inout LedgerReader) throws(JSONError) {
        var (key, user, grantId, requestId): (String?, String?, String?, String?)
        var (ranges, item): ([CIDR]?, ItemName?)
        var (issuedAt, startsAt, expiresAt): (Timestamp?, Timestamp?, Timestamp?)
        try reader.members { (name, reader) throws(JSONError) in
            switch name {
            case "key": key = try reader.string()
            case "user": user = try reader.optional(text)
            case "grantId": grantId = try reader.optional(text)
            case "ranges": ranges = try reader.ranges()
            case "issuedAt": issuedAt = try reader.time()
            case "item": item = try reader.item()
            case "startsAt": startsAt = try reader.optional(time)
            case "expiresAt": expiresAt = try reader.time()
            case "requestId": requestId = try reader.optional(text)
            default: try reader.skip()
            }
        }
        guard let key, let ranges, let issuedAt, let item, let expiresAt else {
            throw reader.failure("a lease lacks its key, ranges, item or times")
        }
        let known = LeaseKey(recorded: key)
        // Revokes find a lease by the key that its grantId makes; the addresses of other keys may be partly gone.
        guard grantId.map({ LeaseKey(grantId: $0) == known }) ?? true, !ranges.isEmpty else {
            throw reader.failure("the lease \(key) has no ranges, or not the grantId of its key")
        }
        self.init(
            user: user, grantId: grantId, ranges: ranges, order: Order(issuedAt: issuedAt, name: item),
            startsAt: startsAt, expiresAt: expiresAt, requestId: requestId, key: known)
    }
}

extension Tombstones.Tombstone {
    fileprivate init(from reader: inout LedgerReader) throws(JSONError) {
        var (scope, grantId, user): (String?, String?, String?)
        var (revoked, item, endedSomething): ([CIDR]?, ItemName?, Bool?)
        var (issuedAt, until): (Timestamp?, Timestamp?)
        try reader.members { (name, reader) throws(JSONError) in
            switch name {
            case "scope": scope = try reader.string()
            case "grantId": grantId = try reader.optional(text)
            case "user": user = try reader.optional(text)
            case "ranges": revoked = try reader.optional(ranges)
            case "issuedAt": issuedAt = try reader.time()
            case "item": item = try reader.item()
            case "endedSomething": endedSomething = try reader.bool()
            case "until": until = try reader.time()
            default: try reader.skip()
            }
        }
        guard let scope, let issuedAt, let item, let endedSomething, let until else {
            throw reader.failure("a tombstone lacks its scope, item or times")
        }
        let removed: Removal.Scope
        switch (scope, grantId, user, revoked) {
        case ("grantId", let id?, _, _): removed = .grantId(id)
        case ("user", _, let name?, let revoked): removed = .user(name, ranges: revoked)
        case ("addresses", _, _, let revoked?): removed = .addresses(revoked)
        case ("everything", _, _, _): removed = .everything
        default: throw reader.failure("a tombstone has the scope \(scope) without what belongs to it")
        }
        self.init(
            removal: Removal(removed, order: Order(issuedAt: issuedAt, name: item)), endedSomething: endedSomething,
            until: until)
    }
}

extension Endings {
    fileprivate static func read(_ reader: inout LedgerReader) throws(JSONError) -> (LeaseKey, Ending) {
        var (key, item): (String?, ItemName?)
        var (issuedAt, until): (Timestamp?, Timestamp?)
        try reader.members { (name, reader) throws(JSONError) in
            switch name {
            case "key": key = try reader.string()
            case "issuedAt": issuedAt = try reader.time()
            case "item": item = try reader.item()
            case "until": until = try reader.time()
            default: try reader.skip()
            }
        }
        guard let key, let item, let issuedAt, let until else {
            throw reader.failure("an ending lacks its key, item or times")
        }
        return (LeaseKey(recorded: key), Ending(order: Order(issuedAt: issuedAt, name: item), until: until))
    }
}

extension Departures {
    fileprivate static func read(_ reader: inout LedgerReader) throws(JSONError) -> [CIDR: Departure] {
        let all = try reader.list { (reader) throws(JSONError) -> (CIDR, Departure) in
            var (range, cause, since): (CIDR?, Cause?, Timestamp?)
            try reader.members { (name, reader) throws(JSONError) in
                switch name {
                case "range": range = try reader.range()
                case "cause":
                    let text = try reader.string()
                    cause = Cause(rawValue: text)
                    if cause == nil { throw reader.failure("a range leaves because of \(text), an unknown cause") }
                case "since": since = try reader.time()
                default: try reader.skip()
                }
            }
            guard let range, let cause, let since else {
                throw reader.failure("a departure lacks its range, cause or time")
            }
            return (range, Departure(cause: cause, since: since))
        }
        return Dictionary(all) { _, last in last }
    }
}

private func text(_ reader: inout LedgerReader) throws(JSONError) -> String { try reader.string() }
private func time(_ reader: inout LedgerReader) throws(JSONError) -> Timestamp { try reader.time() }
private func ranges(_ reader: inout LedgerReader) throws(JSONError) -> [CIDR] { try reader.ranges() }
