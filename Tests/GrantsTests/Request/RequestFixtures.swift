import Grants
import Testing

/// 2026-11-20T23:00:00Z, when these tests take place.
let readingTime = Timestamp(seconds: 1_795_215_600)

let officeGUID = "1e5b3a2c-0000-4000-8000-00000000000f"

let office = LocationPolicy(name: "office", id: officeGUID.uppercased(), maxGrantDuration: .seconds(86_400))

let lab = LocationPolicy(
    name: "lab",
    id: "1e5b3a2c-0000-4000-8000-0000000000ab",
    maxGrantDuration: .seconds(3_600),
    addresses: AddressPolicy(ipv6GrantPrefix: 64, allowPrivate: true)
)

func read(
    _ text: String,
    stamp: Timestamp = readingTime,
    modified: Timestamp = readingTime,
    locations: [LocationPolicy] = [office, lab]
) throws(Failure) -> GrantRequest {
    let context = RequestContext(
        stamp: stamp,
        modified: modified,
        claimed: readingTime,
        locations: ConfiguredLocations(locations)
    )
    return try GrantRequest(parsing: Array(text.utf8), in: context)
}

func ranges(_ texts: String...) -> [CIDR] {
    texts.compactMap(CIDR.init(graph:))
}

extension GrantRequest {
    var grant: Grant? {
        guard case .grant(let grant) = action else { return nil }
        return grant
    }
}
