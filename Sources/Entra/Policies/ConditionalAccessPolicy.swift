package import Grants

/// A Conditional Access policy, as far as locations are concerned.
package struct ConditionalAccessPolicy: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        case on
        case reportOnly
        case off
        case other(String)
    }

    package let name: String
    package let state: State
    /// Ids in lower case, or `All` and `AllTrusted`.
    package let included: Set<String>
    package let excluded: Set<String>

    package static func read(
        _ result: Result<HTTPReply, TransportFailure>, now: Timestamp
    ) throws(ReplyVerdict) -> GraphPage<ConditionalAccessPolicy> {
        try GraphPage.read(result, of: "policies", now: now, ConditionalAccessPolicy.init)
    }

    init?(_ members: [String: JSONValue]) {
        name = plainText(members["displayName"]?.text ?? members["id"]?.text ?? "a policy without name", limit: 80)
        state = State(members["state"]?.text ?? "")
        let locations = members["conditions"]?.member("locations")
        included = Self.ids(locations?.member("includeLocations"))
        excluded = Self.ids(locations?.member("excludeLocations"))
    }

    private static func ids(_ value: JSONValue?) -> Set<String> {
        guard case .array(let nodes)? = value else { return [] }
        var ids: Set<String> = []
        for node in nodes {
            guard let text = node.value.text else { continue }
            ids.insert(Identifier(text)?.description ?? text)
        }
        return ids
    }

    /// All that it names, besides every place there is.
    package var mentioned: Set<String> { included.union(excluded).subtracting(["All"]) }

    /// Whether a location counts for it, by its id or by being trusted.
    package func mentions(_ id: String, isTrusted: Bool) -> Bool {
        mentioned.contains(id) || isTrusted && mentioned.contains("AllTrusted")
    }
}

extension ConditionalAccessPolicy.State: CustomStringConvertible {
    fileprivate init(_ text: String) {
        self =
            switch text {
            case "enabled": .on
            case "enabledForReportingButNotEnforced": .reportOnly
            case "disabled": .off
            default: .other(plainText(text, limit: 40))
            }
    }

    package var description: String {
        switch self {
        case .on: "on"
        case .reportOnly: "report-only"
        case .off: "off"
        case .other(let text): "in the state \"\(text)\""
        }
    }
}

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

    private init?(_ members: [String: JSONValue]) {
        guard let id = members["id"]?.text else { return nil }
        self.id = id.lowercased()
        rangeCount = if case .array(let ranges)? = members["ipRanges"] { ranges.count } else { 0 }
        isTrusted = members["isTrusted"] == .bool(true)
    }
}

extension JSONValue {
    /// Of an object; nil where it has none of that name.
    package func member(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.node.value
    }
}
