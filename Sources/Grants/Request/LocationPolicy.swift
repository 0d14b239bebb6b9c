/// What the configuration says about the requests for one named location.
package struct LocationPolicy: Hashable, Sendable {
    package let name: String
    /// The GUID in lower case.
    package let id: String
    package let maxGrantDuration: Duration
    package let addresses: AddressPolicy
    /// It left the configuration: its people still leave, and nobody comes.
    package let isDraining: Bool

    package init(
        name: String, id: String, maxGrantDuration: Duration, addresses: AddressPolicy = AddressPolicy(),
        isDraining: Bool = false
    ) {
        self.name = name
        self.id = id.lowercased()
        self.maxGrantDuration = maxGrantDuration
        self.addresses = addresses
        self.isDraining = isDraining
    }
}
