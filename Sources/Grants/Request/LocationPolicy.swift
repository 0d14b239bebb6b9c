/// What the configuration says about the requests for one named location.
package struct LocationPolicy: Hashable, Sendable {
    package let name: String
    /// The GUID in lower case.
    package let id: String
    package let maxGrantDuration: Duration
    package let addresses: AddressPolicy

    package init(name: String, id: String, maxGrantDuration: Duration, addresses: AddressPolicy = AddressPolicy()) {
        self.name = name
        self.id = id.lowercased()
        self.maxGrantDuration = maxGrantDuration
        self.addresses = addresses
    }
}

/// The configured locations, prepared once for many look-ups.
package struct ConfiguredLocations: Sendable {
    /// Sorted.
    package let names: [String]
    private let byName: [String: LocationPolicy]
    private let byId: [String: LocationPolicy]

    package init(_ policies: some Sequence<LocationPolicy>) {
        byName = Dictionary(policies.map { ($0.name, $0) }) { first, _ in first }
        byId = Dictionary(byName.values.map { ($0.id, $0) }) { first, other in first.name < other.name ? first : other }
        names = byName.keys.sorted()
    }

    /// By exact name, else by GUID in any case.
    package subscript(nameOrId: String) -> LocationPolicy? {
        byName[nameOrId] ?? byId[nameOrId.lowercased()]
    }

    /// The one that a request need not name.
    package var only: LocationPolicy? {
        names.count == 1 ? byName.values.first : nil
    }
}

/// What a request is judged against, besides its own bytes.
package struct RequestContext: Sendable {
    /// From the item's name.
    package var stamp: Timestamp
    /// The file's modification time.
    package var modified: Timestamp
    package var now: Timestamp
    package var locations: ConfiguredLocations

    package init(stamp: Timestamp, modified: Timestamp, now: Timestamp, locations: ConfiguredLocations) {
        self.stamp = stamp
        self.modified = modified
        self.now = now
        self.locations = locations
    }
}
