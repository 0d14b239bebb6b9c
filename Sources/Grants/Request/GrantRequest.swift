/// What one file of the spool asks for, with nothing left to check but who may ask and what the ledger knows.
package struct GrantRequest: Hashable, Sendable {
    package let action: Action
    /// The configured name, also where the file gave the GUID.
    package let location: String
    package let user: String?
    package let grantId: String?
    package let requestId: String?
    package private(set) var token: Secret?
    /// Never later than the time of reading.
    package let issuedAt: Timestamp
    /// What was understood differently from what was written, for the log.
    package let notes: [String]

    package enum Action: Hashable, Sendable {
        case grant(Grant)
        case revoke(RevokeScope)
        case flush
    }

    package struct Grant: Hashable, Sendable {
        /// Sorted, each once, never empty.
        package let ranges: [CIDR]
        /// Nil: at once.
        package let startsAt: Timestamp?
        /// Later than `startsAt`; it may be past already, which the ledger judges.
        package let expiresAt: Timestamp
    }

    package enum RevokeScope: Hashable, Sendable {
        case grantId(String)
        /// All leases of the user, or the given addresses of them.
        case user(String, ranges: [CIDR]?)
        /// These addresses of every lease.
        case addresses([CIDR])
    }

    package init(
        action: Action,
        location: String,
        user: String? = nil,
        grantId: String? = nil,
        requestId: String? = nil,
        token: Secret? = nil,
        issuedAt: Timestamp,
        notes: [String] = []
    ) {
        self.action = action
        self.location = location
        self.user = user
        self.grantId = grantId
        self.requestId = requestId
        self.token = token
        self.issuedAt = issuedAt
        self.notes = notes
    }

    /// Its work is done; thousands of them would fill memory.
    package mutating func dropToken() {
        token = nil
    }
}
