/// The configured locations, and those that drain, prepared once for many look-ups.
package struct ConfiguredLocations: Sendable {
    /// Sorted, of the configured ones.
    package let names: [String]
    private let byName: [ExactText: LocationPolicy]
    private let byId: [String: LocationPolicy]

    package init(_ policies: some Sequence<LocationPolicy>) {
        byName = Dictionary(policies.map { (ExactText($0.name), $0) }) { first, _ in first }
        byId = Dictionary(byName.values.map { ($0.id, $0) }) { first, other in first.name < other.name ? first : other }
        names = byName.values.filter { !$0.isDraining }.map(\.name).sorted()
    }

    /// By exact name, else by GUID in any case.
    package subscript(nameOrId: String) -> LocationPolicy? {
        byName[ExactText(nameOrId)] ?? byId[nameOrId.lowercased()]
    }

    /// The one that a request need not name.
    package var only: LocationPolicy? {
        names.count == 1 ? byName[ExactText(names[0])] : nil
    }
}
