import GrantCore
import Spool

/// `check`: the configuration, every mistake at once.
enum CheckCommand {
    static func run(_ arguments: Arguments) throws(UsageError) -> ExitCode {
        if arguments.flags.contains("--online") { return try DoctorCommand.run(arguments) }
        _ = try arguments.takeFlags([])
        guard let settings = SettingsCommand.load(arguments) else { return .configuration }
        var lines = ["The configuration is good."]
        lines.append("  spool      \(settings.spool)")
        lines.append("  tenant     \(settings.entra.tenantId) at \(settings.entra.authority)")
        let pace = settings.entra.requestsPerSecond
        let number = pace == pace.rounded() ? String(Int(pace)) : String(pace)
        lines.append("  graph      \(settings.entra.graph), at most \(number) request\(pace == 1 ? "" : "s") a second")
        if let rules = settings.authentication?.rules {
            lines.append("  tokens     issued by \(rules.issuer) for \(rules.audience)")
            if settings.locations.values.contains(where: { !$0.authorizedGroups.isEmpty }) {
                lines.append(
                    "  needs      User.Read.All and GroupMember.Read.All (Application.Read.All for service principals) "
                        + "to look up groups that a token does not list")
            }
        }
        if let owners = settings.allowedOwners {
            lines.append("  owners     files of uid \(owners.uids.map(String.init).joined(separator: ", ")) only")
        }
        for (name, location) in settings.locations.sorted(by: { $0.key < $1.key }) {
            lines.append("  location   \(name) = \(location.policy.id)")
        }
        Output.standard(lines.joined(separator: "\n") + "\n")
        return .success
    }
}
