import Entra
import Grants

/// `check`: the configuration, every mistake at once.
enum CheckCommand {
    static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
        if arguments.has(.online) { return try DoctorCommand.run(arguments) }
        guard arguments.wantsJSON else {
            try Answer.give(text(try SettingsCommand.load(arguments).settings))
            return .success
        }
        guard let path = SettingsFile.find(given: arguments.configuration) else { throw .noConfiguration }
        let answer: String
        var status = ExitCode.success
        do throws(SettingsError) {
            let (settings, warnings) = try Settings.read(path, now: Clock.system.wall())
            answer = json(path, mistakes: [], warnings: warnings, settings)
        } catch {
            answer = json(path, mistakes: error.mistakes, warnings: [], nil)
            status = .configuration
        }
        try Answer.give(answer)
        return status
    }

    private static func text(_ settings: Settings) -> String {
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
        return SafeText.lines(lines.joined(separator: "\n") + "\n")
    }

    private static func json(_ path: String, mistakes: [String], warnings: [String], _ settings: Settings?) -> String {
        JSONWriter.object { json in
            json.member("good", settings != nil)
            json.member("file", path)
            json.member("mistakes", mistakes)
            json.member("warnings", warnings)
            guard let settings else { return }
            json.member("spool", settings.spool)
            json.member("tenantId", settings.entra.tenantId)
            json.member("graph", settings.entra.graph)
            json.member("locations", settings.locations.mapValues(\.policy.id))
        }
    }
}
