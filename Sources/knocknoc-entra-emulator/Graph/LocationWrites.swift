private let locationLimit = 195

extension State {
    mutating func patchLocation(_ request: EmulatedRequest, at now: ClockReading) throws(GraphError) -> HTTPResponse {
        let id = request.segments[4]
        let body = try writtenObject(request)
        guard var location = locations.current(id) else { throw .notFound(id) }
        guard let type = body["@odata.type"]?.text, isLocationType(type) else { throw unexpectedType }
        guard type == location.type else {
            throw .badRequest(reason: "the location is a \(location.type), the body says \(type)")
        }
        try change(&location, by: body)
        location.modified = now.graphText
        locations.write(location, id: id, at: now)
        guard settings.writeStatus != 204 else { return HTTPResponse(status: 204) }
        return .graph(location.graphObject, status: settings.writeStatus)
    }

    mutating func createLocation(_ request: EmulatedRequest, at now: ClockReading) throws(GraphError) -> HTTPResponse {
        let body = try writtenObject(request)
        guard let type = body["@odata.type"]?.text, isLocationType(type) else { throw unexpectedType }
        guard locations.count < locationLimit else { throw .badRequest(reason: "more than 195 named locations") }
        guard body["displayName"]?.text?.isEmpty == false else { throw .badRequest("displayName is null") }
        guard body[type == TenantLocation.ipType ? "ipRanges" : "countriesAndRegions"] != nil else {
            throw .badRequest(reason: "the ranges or countries are missing")
        }
        let kind: TenantLocation.Kind =
            type == TenantLocation.ipType
            ? .ip(ranges: [], isTrusted: false)
            : .country(codes: [], includesUnknown: false, lookup: "clientIpAddress")
        var location = TenantLocation(
            id: newID(),
            displayName: "",
            created: now.graphText,
            modified: now.graphText,
            kind: kind
        )
        try change(&location, by: body)
        locations.write(location, id: location.id, at: now)
        let context = "https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess/namedLocations/$entity"
        let head: JSON = ["@odata.context": .string(context)]
        return .graph(head.changed(by: location.graphObject), status: 201)
    }

    mutating func deleteLocation(_ request: EmulatedRequest, at now: ClockReading) throws(GraphError) -> HTTPResponse {
        let id = request.segments[4]
        guard let location = locations.current(id) else { throw .notFound(id) }
        if case .ip(_, isTrusted: true) = location.kind {
            throw .badRequest(reason: "a trusted location cannot be deleted")
        }
        locations.write(nil, id: id, at: now)
        return HTTPResponse(status: 204)
    }

    /// Only what is named is changed; `ipRanges` is replaced as a whole.
    private func change(_ location: inout TenantLocation, by body: JSON) throws(GraphError) {
        for member in body.members ?? [] {
            switch (member.key, location.kind) {
            case ("@odata.type", _), ("@odata.context", _), ("id", _), ("createdDateTime", _),
                ("modifiedDateTime", _), ("deletedDateTime", _):
                continue
            case ("displayName", _):
                guard let name = member.value.text, !name.isEmpty else { throw .badRequest("displayName is null") }
                location.displayName = name
            case ("ipRanges", .ip(_, let isTrusted)):
                location.kind = .ip(
                    ranges: try acceptedRanges(member.value, refused: settings.refusedRanges),
                    isTrusted: isTrusted
                )
            case ("isTrusted", .ip(let ranges, _)):
                guard let flag = member.value.flag else { throw .badRequest(reason: "isTrusted is not true or false") }
                location.kind = .ip(ranges: ranges, isTrusted: flag)
            case ("countriesAndRegions", .country(_, let unknown, let lookup)):
                guard let codes = member.value.texts, !codes.isEmpty else { throw .badRequest(reason: "no countries") }
                location.kind = .country(codes: codes, includesUnknown: unknown, lookup: lookup)
            case ("includeUnknownCountriesAndRegions", .country(let codes, _, let lookup)):
                guard let flag = member.value.flag else { throw .badRequest(reason: "not true or false") }
                location.kind = .country(codes: codes, includesUnknown: flag, lookup: lookup)
            case ("countryLookupMethod", .country(let codes, let unknown, _)):
                guard let method = member.value.text else { throw .badRequest(reason: "not a lookup method") }
                location.kind = .country(codes: codes, includesUnknown: unknown, lookup: method)
            default:
                throw GraphError(
                    message: "The property '\(member.key)' does not exist on type '\(location.type.dropFirst())'. "
                        + "Make sure to only use property names that are defined by the type."
                )
            }
        }
    }

    private func isLocationType(_ type: String) -> Bool {
        type == TenantLocation.ipType || type == TenantLocation.countryType
    }

    private var unexpectedType: GraphError {
        .badRequest(
            "1042: Unexpected type: namedLocationType for NamedLocations. Supported types are IpNamedLocation, "
                + "CountryNamedLocation and PrivateLinkNamedLocation. For examples, please see API documentation at "
                + "https://docs.microsoft.com/en-us/graph/api/conditionalaccessroot-list-namedlocations?view=graph-rest-1.0."
        )
    }
}

/// The body of a write, as far as the gateway looks at it.
func writtenObject(_ request: EmulatedRequest) throws(GraphError) -> JSON {
    guard request["content-type"] != nil else {
        throw .badRequest("Write requests (excluding DELETE) must contain the Content-Type header declaration.")
    }
    guard !request.body.isEmpty else { throw .badRequest("Empty Payload. JSON content expected.") }
    guard let body = request.json, body.members != nil else {
        throw .badRequest(
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid "
                + "JSON format."
        )
    }
    return body
}
