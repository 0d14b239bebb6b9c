/// What makes two grants the same one: the caller's `grantId`; else the user and the addresses; else the addresses.
package struct LeaseKey: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(grantId: String?, user: String?, ranges: [CIDR]) {
        if let grantId {
            description = "id " + grantId
        } else {
            let addresses = ranges.map(\.description).joined(separator: " ")
            description = user.map { "user \(foldedUser($0)) \(addresses)" } ?? "addresses " + addresses
        }
    }

    /// Reads `description` back from a ledger.
    package init(recorded description: String) {
        self.description = description
    }
}

/// Entra compares user principal names without regard to case, so a revoke must too.
func foldedUser(_ user: String) -> String {
    user.lowercased()
}
