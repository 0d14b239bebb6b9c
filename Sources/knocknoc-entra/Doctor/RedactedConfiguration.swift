import Grants

/// A configuration without its comments and without the value of any setting that is not known to be harmless.
struct RedactedConfiguration {
    let hasPeople: Bool

    func text(_ value: JSONValue) -> String {
        show(value, path: [], indent: "")
    }

    /// The texts that are not shown.
    func redacted(_ value: JSONValue) -> [String] {
        redacted(value, path: [])
    }

    private func redacted(_ value: JSONValue, path: [String]) -> [String] {
        switch value {
        case .object(let members): members.flatMap { redacted($0.node.value, path: path + [$0.name]) }
        case .array(let elements): elements.flatMap { redacted($0.value, path: path) }
        case .string(let text): isShown(path) ? [] : [text]
        case .null, .bool, .number: []
        }
    }

    private func show(_ value: JSONValue, path: [String], indent: String) -> String {
        switch value {
        case .object(let members):
            let inner = indent + "  "
            let lines = members.map { member in
                "\(inner)\(name(member.name, path)): \(show(member.node.value, path: path + [member.name], indent: inner))"
            }
            return lines.isEmpty ? "{}" : "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        case .array(let elements):
            guard isShown(path) else { return "<\(elements.count) left out>" }
            return "[" + elements.map { show($0.value, path: path, indent: indent) }.joined(separator: ", ") + "]"
        case .null: return "null"
        case .bool(let value): return "\(value)"
        case .number(let text): return isShown(path) ? text : "<redacted>"
        case .string(let text):
            guard isShown(path) else { return "<redacted>" }
            return jsonText(path.last == "proxy" ? ProxyFinding.plain(text) : text)
        }
    }

    /// A value may have slipped into the place of a name.
    private func name(_ name: String, _ path: [String]) -> String {
        isKnown(path + [name]) ? name : "<unknown key>"
    }

    private func isKnown(_ path: [String]) -> Bool {
        guard let last = path.last else { return false }
        if path.count == 2, path[0] == "namedLocations" { return last.utf8.count <= 64 }
        return Self.harmless.contains(last) || Self.groups.contains(last) || Self.secret.contains(last)
            || Self.people.contains(last)
    }

    private func isShown(_ path: [String]) -> Bool {
        guard let last = path.last else { return false }
        return Self.harmless.contains(last) || hasPeople && Self.people.contains(last)
    }

    private static let groups: Set<String> = [
        "entra", "namedLocations", "batch", "retry", "retention", "log", "entraAuthentication",
    ]
    private static let secret: Set<String> = ["clientSecret"]
    private static let people: Set<String> = ["pinnedRanges", "allowedOwners"]
    private static let harmless: Set<String> = [
        "spool", "tenantId", "clientId", "clientSecretFile", "certificateFile", "keyFile", "certificateThumbprint",
        "certificateStore", "federatedTokenFile", "cloud", "authority", "graph", "caFile", "proxy", "connectTimeout",
        "requestTimeout", "requestsPerSecond", "id", "sentinelRange", "maxGrantDuration", "minPrefixIPv4",
        "minPrefixIPv6", "ipv6GrantPrefix", "allowPrivate", "firstStart", "authorizedGroups", "linger", "maxItems",
        "settleTime", "giveUpAfter", "longestThrottle", "grace", "initialBackoff", "maxBackoff", "secondWriteAfter",
        "reconcileInterval",
        "doneDays", "journalDays", "metricsFile", "level", "format", "enabled", "audience", "issuer",
        "metadataAddress", "requiredClaims", "clockSkew", "jwksKeysCacheDuration", "entraGroupCacheDuration",
        "anyTokenOfTenant",
    ]
}
