import Entra
import Grants
import Spool

extension LocationSettings {
    private static let keys = [
        "id", "pinnedRanges", "sentinelRange", "maxGrantDuration", "minPrefixIPv4", "minPrefixIPv6",
        "ipv6GrantPrefix", "allowPrivate", "firstStart", "authorizedGroups",
    ]

    static func all(
        _ top: Section, _ authentication: AuthenticationSettings.Switch, _ mistakes: Mistakes
    ) -> [String: LocationSettings] {
        let section = top.section("namedLocations", keys: [])
        if section.all.isEmpty {
            top.mistake("namedLocations", "is missing: at least one `name: { id: \"GUID\" }`")
        }
        var result: [String: LocationSettings] = [:]
        var names: [String: String] = [:]
        for member in section.all {
            let path = "namedLocations.\(member.name)"
            if !isName(member.name) {
                mistakes.add(path, line: member.line, "is no name for a location: 1 to 64 of A-Z, a-z, 0-9, _ and -")
            }
            guard let inner = Section(member.node, path: path, keys: keys, mistakes),
                let location = LocationSettings(member.name, inner, authentication)
            else { continue }
            if let other = names.updateValue(member.name, forKey: location.policy.id) {
                inner.mistake("id", "is also that of \(other): two names for one named location would undo each other")
            }
            result[member.name] = location
        }
        return result
    }

    private init?(_ name: String, _ section: Section, _ authentication: AuthenticationSettings.Switch) {
        var addresses = AddressPolicy()
        addresses.minPrefixIPv4 = section.integer("minPrefixIPv4", 24, in: 8...32)
        addresses.minPrefixIPv6 = section.integer("minPrefixIPv6", 48, in: 8...128)
        addresses.ipv6GrantPrefix = section.integer("ipv6GrantPrefix", 128, in: 8...128)
        addresses.allowPrivate = section.bool("allowPrivate", false)
        if addresses.ipv6GrantPrefix < addresses.minPrefixIPv6 {
            section.mistake("ipv6GrantPrefix", "is wider than minPrefixIPv6 allows")
        }
        let longest = section.duration(
            "maxGrantDuration", .seconds(86_400), in: .seconds(1) ... .seconds(3_650 * 86_400))
        let pinned = section.ranges("pinnedRanges")
        let sentinels = section.ranges("sentinelRange", single: true)
        let firstStart = section.choice("firstStart", FirstStart.guarded)
        let groups = section.groups("authorizedGroups")
        switch authentication {
        case .leftOut where !groups.isEmpty:
            section.mistake("authorizedGroups", "needs entraAuthentication: nothing else tells who submits")
        case .off where !groups.isEmpty:
            section.warning("authorizedGroups", "is not looked at while entraAuthentication is off")
        case .leftOut, .off, .on: break
        }
        guard let sentinel = try? CIDR("192.0.2.0/32") else { return nil }
        guard let text = section.string("id") else {
            if !section.has("id") {
                section.mistake("id", "is missing: the named location's GUID, as the portal's URL shows it")
            }
            return nil
        }
        guard let id = Identifier(text.trimmed), !id.isZero else {
            section.mistake("id", "must be the named location's GUID, such as 0854951d-5fc0-4eb1-b392-9b2c9d7949c2")
            return nil
        }
        self.init(
            policy: LocationPolicy(
                name: name, id: id.description, maxGrantDuration: longest, addresses: addresses),
            sentinelRange: sentinels.first ?? sentinel)
        (pinnedRanges, self.firstStart, authorizedGroups) = (pinned, firstStart, groups)
    }

    private static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_" || $0 == "-")
            }
    }
}

extension Section {
    /// Object IDs in lower case.
    fileprivate func groups(_ key: String) -> Set<String> {
        var result: Set<String> = []
        for (text, _) in strings(key) {
            if let identifier = Identifier(text.trimmed), !identifier.isZero {
                result.insert(identifier.description)
            } else {
                mistake(
                    key,
                    "lists the object IDs of groups, which are GUIDs; \"\(SafeText.line(text, limit: 60))\" is none")
            }
        }
        return result
    }

    /// What stands in the list by configuration may be as wide as Entra takes it.
    private static let standing = AddressPolicy(minPrefixIPv4: 8, minPrefixIPv6: 8, allowPrivate: true)

    fileprivate func ranges(_ key: String, single: Bool = false) -> [CIDR] {
        let texts = single ? string(key).map { [$0] } ?? [] : strings(key).map(\.text)
        var result: [CIDR] = []
        for text in texts {
            do {
                let range = try CIDR(text)
                if let reason = Self.standing.refusal(of: range) {
                    mistake(key, reason)
                } else if single, !range.isSingleAddress, !FirstLook.isPlaceholder(range) {
                    mistake(
                        key,
                        "\(text) is more than one address: who is in it could sign in while nobody is granted; "
                            + "name one, or a range of the documentation such as 192.0.2.0/32")
                } else {
                    result.append(range)
                }
            } catch {
                mistake(key, "\(text): \(error.reason)")
            }
        }
        return result
    }
}
