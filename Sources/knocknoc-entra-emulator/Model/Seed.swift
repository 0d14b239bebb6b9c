/// What the emulator begins with, and goes back to on a reset.
struct Seed: Sendable {
    var tenant = "11111111-1111-4111-8111-111111111111"
    var apps: [App] = []
    var locations: [TenantLocation] = []
    var policies: [JSON] = []
    var settings = EmulatorSettings()
    /// Group ids by object id, for users and for service principals.
    var userGroups: [String: [String]] = [:]
    var principalGroups: [String: [String]] = [:]
    /// Object ids by user principal name.
    var users: [String: String] = [:]

    static let builtIn: Seed = {
        var seed = Seed()
        seed.apps = [
            App(
                clientID: "22222222-2222-4222-8222-222222222222",
                secrets: [App.AppSecret(value: "emulator-only-secret", isExpired: false)],
                roles: ["Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"]
            )
        ]
        let sentinel: JSON = ["displayName": "", "ranges": ["192.0.2.0/32"]]
        let names: [(String, JSON)] = [
            ("01", sentinel.changed(by: ["displayName": "Office"])),
            ("02", sentinel.changed(by: ["displayName": "Lab"])),
            ("03", sentinel.changed(by: ["displayName": "Branch"])),
            ("c0", ["displayName": "Countries", "type": "country"]),
        ]
        seed.locations = names.compactMap { end, json in
            try? TenantLocation(json, id: "aaaaaaaa-0000-4000-8000-0000000000\(end)", at: builtInTime)
        }
        return seed
    }()

    private static let builtInTime = "2026-01-05T08:00:00.1234567Z"

    init() {}

    /// Whatever the file leaves out is as built in.
    init(_ json: JSON) throws(ControlError) {
        guard let members = json.members else { throw ControlError("a seed is an object") }
        self = Seed.builtIn
        for member in members {
            switch member.key {
            case "tenant": tenant = try member.text().lowercased()
            case "apps": apps = try member.items { (item) throws(ControlError) in try App(item) }
            case "locations":
                locations = try member.items { (item) throws(ControlError) in
                    guard let id = item["id"]?.text else { throw ControlError("a location needs an id") }
                    return try TenantLocation(item, id: id, at: Seed.builtInTime)
                }
            case "policies": policies = try member.items { (item) throws(ControlError) in item }
            case "settings":
                for setting in member.value.members ?? [] {
                    if try settings.apply(setting) { continue }
                    if try applyDirectory(setting) { continue }
                    throw ControlError("no setting '\(setting.key)'")
                }
            default: throw ControlError("a seed has no '\(member.key)'")
            }
        }
    }

    /// Takes over a setting that says who there is and in which group; false when it is another one.
    mutating func applyDirectory(_ member: JSON.Member) throws(ControlError) -> Bool {
        switch member.key {
        case "users":
            for user in member.value.members ?? [] { users[user.key.lowercased()] = try user.text().lowercased() }
        case "groups": userGroups = try Seed.groups(member)
        case "servicePrincipalGroups": principalGroups = try Seed.groups(member)
        default: return false
        }
        return true
    }

    private static func groups(_ member: JSON.Member) throws(ControlError) -> [String: [String]] {
        guard let members = member.value.members else {
            throw ControlError("\(member.key) maps object ids to lists of group ids")
        }
        var groups: [String: [String]] = [:]
        for entry in members { groups[entry.key.lowercased()] = try entry.texts() }
        return groups
    }
}
