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
            guard let condition = Self.condition(filter) else { throw .badRequest("Invalid filter clause") }
            found = found.filter(condition)
        }
        if let order = query["$orderby"] {
            guard let precedes = Self.order(order) else { throw .badRequest("Invalid orderby clause") }
            found.sort(by: precedes)
        }
        let total = found.count
        let skip = Int(query["$skip"] ?? query["$skiptoken"] ?? "") ?? 0
        let top = Int(query["$top"] ?? "") ?? 0
        let page = top > 0 ? top : settings.pageSize > 0 ? settings.pageSize : total
        var body: JSON = ["@odata.context": .string(contextRoot + "identity/conditionalAccess/namedLocations")]
        if query["$count"] == "true" { body = body.changed(by: ["@odata.count": .whole(total)]) }
        if skip + page < total {
            let next = request.base + request.path + "?" + Self.nextQuery(query, skip: skip + page)
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

    /// The next page is of the same question.
    private static func nextQuery(_ query: [String: String], skip: Int) -> String {
        var fields = query.filter { !["$skip", "$skiptoken"].contains($0.key) }
        fields["$skiptoken"] = String(skip)
        return fields.sorted { $0.key < $1.key }.map { "\($0.key)=\(queryEncoded($0.value))" }.joined(separator: "&")
    }

    /// `isof('microsoft.graph.ipNamedLocation')`, as the documentation gives it, or `displayName eq 'Office'`.
    private static func condition(_ filter: String) -> ((TenantLocation) -> Bool)? {
        if filter.hasPrefix("isof('"), filter.hasSuffix("')") {
            let type = "#" + filter.dropFirst(6).dropLast(2)
            return { $0.type == type }
        }
        let start = "displayName eq '"
        guard filter.hasPrefix(start), filter.hasSuffix("'"), filter.count > start.count else { return nil }
        let name = filter.dropFirst(start.count).dropLast().replacing("''", with: "'").lowercased()
        return { $0.displayName.lowercased() == name }
    }

    /// `displayName`, `createdDateTime desc` and the like.
    private static func order(_ clause: String) -> ((TenantLocation, TenantLocation) -> Bool)? {
        let words = clause.split(separator: " ")
        guard let property = words.first, words.count <= 2, words.count == 1 || ["asc", "desc"].contains(words[1]),
            ["displayName", "createdDateTime", "modifiedDateTime", "id"].contains(property)
        else { return nil }
        let isDescending = words.last == "desc"
        let key = { (location: TenantLocation) in location.graphObject[String(property)]?.text ?? "" }
        return { isDescending ? key($1) < key($0) : key($0) < key($1) }
    }
}
