private let contextRoot = "https://graph.microsoft.com/v1.0/$metadata#"

extension State {
    private var staleSeconds: Double { Double(settings.staleReadMilliseconds) / 1_000 }

    mutating func oneLocation(_ request: EmulatedRequest, at now: ClockReading) throws(GraphError) -> HTTPResponse {
        let id = request.segments[4]
        guard let location = locations.read(id, at: now, staleFor: staleSeconds) else { throw .notFound(id) }
        let context: JSON = ["@odata.context": .string(contextRoot + "namedLocations/$entity")]
        return .graph(context.changed(by: selected(location.graphObject, request)))
    }

    mutating func locationList(_ request: EmulatedRequest, at now: ClockReading) throws(GraphError) -> HTTPResponse {
        let query = request.query
        var found = locations.readAll(at: now, staleFor: staleSeconds)
        if let filter = query["$filter"] {
            guard let type = filteredType(filter) else { throw .badRequest("Invalid filter clause") }
            found = found.filter { $0.type == "#" + type }
        }
        let total = found.count
        let skip = Int(query["$skip"] ?? query["$skiptoken"] ?? "") ?? 0
        let top = Int(query["$top"] ?? "") ?? 0
        let page = top > 0 ? top : settings.pageSize > 0 ? settings.pageSize : total
        var body: JSON = ["@odata.context": .string(contextRoot + "identity/conditionalAccess/namedLocations")]
        if query["$count"] == "true" { body = body.changed(by: ["@odata.count": .whole(total)]) }
        if skip + page < total && top == 0 {
            let next = request.base + request.path + "?$skiptoken=\(skip + page)"
            body = body.changed(by: ["@odata.nextLink": .string(next)])
        }
        let values = found.dropFirst(skip).prefix(page).map { selected($0.graphObject, request) }
        return .graph(body.changed(by: ["value": .array(Array(values))]))
    }

    /// `$select`; the type and the id of a derived type stay.
    private func selected(_ object: JSON, _ request: EmulatedRequest) -> JSON {
        guard let names = request.query["$select"]?.split(separator: ",").map({ $0.lowercased() }) else {
            return object
        }
        return .object((object.members ?? []).filter { $0.key == "@odata.type" || names.contains($0.key.lowercased()) })
    }

    /// The one filter the documentation gives: `isof('microsoft.graph.ipNamedLocation')`.
    private func filteredType(_ filter: String) -> String? {
        guard filter.hasPrefix("isof('"), filter.hasSuffix("')") else { return nil }
        return String(filter.dropFirst(6).dropLast(2))
    }
}
