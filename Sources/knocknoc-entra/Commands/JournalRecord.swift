import Grants

/// A line of the journal, as far as it says who is let in.
struct JournalRecord: Decodable {
    var time: Timestamp
    var event: String
    var verdict: String?
    var location: String?
    var item: String?
    var user: String?
    var grantId: String?
    var addresses: [CIDR]?
    var requestId: String?
    var issuedAt: Timestamp?
    var startsAt: Timestamp?
    var expiresAt: Timestamp?
    var unproved: Bool?
    var decision: String?
    var ranges: [Listed]?

    private enum CodingKeys: String, CodingKey {
        case time, event, verdict, location, item, user, addresses, unproved, decision, ranges
        case grantId = "grant_id"
        case requestId = "request_id"
        case issuedAt = "issued_at"
        case startsAt = "starts_at"
        case expiresAt = "expires_at"
    }

    /// `adopted` lists texts, `left` lists objects.
    enum Listed: Decodable {
        case found(String)
        case left(CIDR)

        private enum CodingKeys: String, CodingKey {
            case range
        }

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                self = .found(text)
            } else {
                self = .left(try decoder.container(keyedBy: CodingKeys.self).decode(CIDR.self, forKey: .range))
            }
        }
    }

    /// What was there before the first write.
    var foundRanges: [CIDR] {
        (ranges ?? []).compactMap { if case .found(let text) = $0 { CIDR(graph: text) } else { nil } }
    }

    /// What Entra has taken a list without.
    var leftRanges: [CIDR] {
        (ranges ?? []).compactMap { if case .left(let range) = $0 { range } else { nil } }
    }

    /// What a grant asks for.
    var lease: Lease? {
        guard let order, let addresses, !addresses.isEmpty, let expiresAt else { return nil }
        return Lease(
            user: user, grantId: grantId, ranges: addresses, order: order, startsAt: startsAt, expiresAt: expiresAt,
            requestId: requestId)
    }

    /// Recorded before it is sent, whatever became of its file; a SPOOL code, or one that was never proved, ended nothing.
    var removal: Removal? {
        guard let order, verdict?.hasPrefix("SPOOL") != true, unproved != true else { return nil }
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
