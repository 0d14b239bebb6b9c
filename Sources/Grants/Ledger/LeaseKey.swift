/// What makes two grants the same one: the caller's `grantId`; else the user and the addresses; else the addresses.
package struct LeaseKey: Hashable, Sendable, CustomStringConvertible {
    private let exact: ExactText

    package var description: String { exact.text }

    package init(grantId: String?, user: String?, ranges: [CIDR]) {
        let addresses = ranges.map(\.description).joined(separator: ",")
        switch (grantId, user) {
        case (let grantId?, _): self.init(grantId: grantId)
        // A user's name may hold blanks, so it comes last, behind addresses that hold none.
        case (nil, let user?): self.init(recorded: "user \(addresses) \(foldedUser(user))")
        case (nil, nil): self.init(recorded: "addresses " + addresses)
        }
    }

    package init(grantId: String) {
        self.init(recorded: "id " + grantId)
    }

    /// Reads `description` back from a ledger.
    package init(recorded description: String) {
        exact = ExactText(description)
    }
}

/// Entra compares user principal names without regard to case, so a revoke must too.
func foldedUser(_ user: String) -> String {
    user.lowercased()
}
