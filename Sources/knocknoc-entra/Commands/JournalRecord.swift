import Grants

/// A line of the journal, as far as it says who is let in.
struct JournalRecord {
    let time: Timestamp
    let event: String
    let verdict: String?
    let location: String?
    let item: String?
    let decision: String?
    private let user: String?
    private let grantId: String?
    private let addresses: [CIDR]?
    private let requestId: String?
    private let issuedAt: Timestamp?
    private let startsAt: Timestamp?
    private let expiresAt: Timestamp?
    private let isUnproved: Bool
    private let ranges: JSONValue?

    /// Nil for what cannot be read.
    init?(line: some Collection<UInt8>) {
        guard let json = StrictJSON.answer(Array(line)) else { return nil }
        try? self.init(json)
    }

    private init(_ json: JSONValue) throws(JSONError) {
        time = try json.member("time")
        event = try json.member("event")
        verdict = try json.optional("verdict")
        location = try json.optional("location")
        item = try json.optional("item")
        decision = try json.optional("decision")
        user = try json.optional("user")
        grantId = try json.optional("grant_id")
        addresses = try json.optional("addresses")
        requestId = try json.optional("request_id")
        issuedAt = try json.optional("issued_at")
        startsAt = try json.optional("starts_at")
        expiresAt = try json.optional("expires_at")
        isUnproved = try json.optional("unproved") ?? false
        ranges = json["ranges"]
    }

    /// What was there before the first write; `adopted` lists texts.
    var foundRanges: [CIDR] { (ranges?.texts ?? []).compactMap(CIDR.init(graph:)) }

    /// What Entra has taken a list without; `left` lists objects.
    var leftRanges: [CIDR] { (ranges?.elements ?? []).compactMap { try? $0.member("range") } }

    /// What a grant asks for.
    var lease: Lease? {
        guard let order, let addresses, !addresses.isEmpty, let expiresAt else { return nil }
        return Lease(
            user: user, grantId: grantId, ranges: addresses, order: order, startsAt: startsAt, expiresAt: expiresAt,
            requestId: requestId)
    }

    /// Recorded before it is sent, whatever became of its file.
    ///
    /// One that found only what was newer (SPOOL005) still takes from what arrives late. Any other SPOOL code, or a request
    /// that was never proved, had no effect.
    var removal: Removal? {
        let isWithoutEffect = isUnproved || verdict?.hasPrefix("SPOOL") ?? false && verdict != "SPOOL005"
        guard let order, !isWithoutEffect else { return nil }
        let scope: Removal.Scope? =
            if event == "flush" {
                .everything
            } else if let grantId {
                .grantId(grantId)
            } else if let user {
                .user(user, ranges: addresses)
            } else {
                addresses.map(Removal.Scope.addresses)
            }
        return scope.map { Removal($0, order: order) }
    }

    private var order: Order? {
        guard let item = item.flatMap(ItemName.init(escaped:)) else { return nil }
        return Order(issuedAt: issuedAt ?? item.stamp, name: item)
    }
}
