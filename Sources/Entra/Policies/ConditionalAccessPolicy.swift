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

    init?(_ json: JSONValue) {
        name = SafeText.line(json["displayName"]?.text ?? json["id"]?.text ?? "a policy without name", limit: 80)
        state = State(json["state"]?.text ?? "")
        let locations = json["conditions"]?["locations"]
        included = Self.ids(locations?["includeLocations"])
        excluded = Self.ids(locations?["excludeLocations"])
    }

    private static func ids(_ value: JSONValue?) -> Set<String> {
        Set((value?.texts ?? []).map { Identifier($0)?.description ?? $0 })
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
            default: .other(SafeText.line(text, limit: 40))
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
