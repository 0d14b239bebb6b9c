/// A named location as Graph knows it.
struct TenantLocation: Sendable {
    enum Kind: Sendable {
        /// The ranges are whole objects, so that what was written is returned verbatim.
        case ip(ranges: [JSON], isTrusted: Bool)
        case country(codes: [String], includesUnknown: Bool, lookup: String)
        /// Any type outside v1.0's two, `#microsoft.graph.compliantNetworkNamedLocation` for one.
        case other(type: String)
    }

    let id: String
    var displayName: String
    var created: String
    var modified: String
    var kind: Kind

    static let ipType = "#microsoft.graph.ipNamedLocation"
    static let countryType = "#microsoft.graph.countryNamedLocation"

    var type: String {
        switch kind {
        case .ip: TenantLocation.ipType
        case .country: TenantLocation.countryType
        case .other(let type): type
        }
    }

    var graphObject: JSON {
        let common: JSON = [
            "@odata.type": .string(type), "id": .string(id), "displayName": .string(displayName),
            "modifiedDateTime": .string(modified), "createdDateTime": .string(created),
        ]
        return switch kind {
        case .ip(let ranges, let isTrusted):
            common.changed(by: ["isTrusted": .bool(isTrusted), "ipRanges": .array(ranges)])
        case .country(let codes, let includesUnknown, let lookup):
            common.changed(by: [
                "countriesAndRegions": .texts(codes), "includeUnknownCountriesAndRegions": .bool(includesUnknown),
                "countryLookupMethod": .string(lookup),
            ])
        case .other: common
        }
    }
}

extension TenantLocation {
    /// The form of the control interface and the seed.
    init(_ json: JSON, id: String, at time: String) throws(ControlError) {
        self.id = id.lowercased()
        displayName = json["displayName"]?.text ?? self.id
        created = json["createdDateTime"]?.text ?? time
        modified = json["modifiedDateTime"]?.text ?? time
        switch json["type"]?.text ?? "ip" {
        case "ip":
            guard let ranges = json["ranges"]?.items else { throw ControlError("an IP location needs ranges") }
            kind = .ip(
                ranges: try ranges.map { (range) throws(ControlError) in try TenantLocation.range(range) },
                isTrusted: json["isTrusted"]?.flag ?? false
            )
        case "country":
            kind = .country(
                codes: json["countries"]?.texts ?? ["US", "CA"],
                includesUnknown: json["includeUnknown"]?.flag ?? false,
                lookup: json["lookupMethod"]?.text ?? "clientIpAddress"
            )
        case let type where type.hasPrefix("#"): kind = .other(type: type)
        case let type: throw ControlError("no location type '\(type)'; it is ip, country or an @odata.type with its #")
        }
    }

    /// For the control interface: the seed's own form, so that it can be put back.
    var controlObject: JSON {
        let common: JSON = [
            "id": .string(id), "displayName": .string(displayName), "modifiedDateTime": .string(modified),
            "createdDateTime": .string(created),
        ]
        return switch kind {
        case .ip(let ranges, let isTrusted):
            common.changed(by: [
                "type": "ip", "isTrusted": .bool(isTrusted),
                "ranges": .array(ranges.map { $0["cidrAddress"] ?? $0 }),
            ])
        case .country(let codes, let includesUnknown, let lookup):
            common.changed(by: [
                "type": "country", "countries": .texts(codes), "includeUnknown": .bool(includesUnknown),
                "lookupMethod": .string(lookup),
            ])
        case .other(let type): common.changed(by: ["type": .string(type)])
        }
    }

    /// A CIDR gets the type that fits it; an object is kept as it is.
    private static func range(_ json: JSON) throws(ControlError) -> JSON {
        switch json {
        case .string(let cidr): TenantLocation.range(cidr: cidr)
        case .object: json
        default: throw ControlError("a range is a CIDR text or an object")
        }
    }

    static func range(cidr: String) -> JSON {
        let type = cidr.contains(":") ? "#microsoft.graph.iPv6CidrRange" : "#microsoft.graph.iPv4CidrRange"
        return ["@odata.type": .string(type), "cidrAddress": .string(cidr)]
    }
}
