package import Grants

/// One line of the list of all named locations.
package struct NamedLocationSummary: Hashable, Sendable {
    /// In lower case.
    package let id: String
    /// 0 for a location of countries.
    package let rangeCount: Int
    package let isTrusted: Bool

    package static func read(
        _ result: Result<HTTPReply, TransportFailure>, now: Timestamp
    ) throws(ReplyVerdict) -> GraphPage<NamedLocationSummary> {
        try GraphPage.read(result, of: "named locations", now: now, NamedLocationSummary.init)
    }

    private init?(_ json: JSONValue) {
        guard let id = json["id"]?.text else { return nil }
        self.id = id.lowercased()
        rangeCount = json["ipRanges"]?.elements?.count ?? 0
        isTrusted = json["isTrusted"] == .bool(true)
    }
}
