import FoundationEssentials
import GrantCore
import Spool

/// `grant`, `revoke`, `flush`: puts one request in, and waits for its verdict if that is wanted.
enum SubmitCommand {
    static func run(_ action: Command, _ arguments: Arguments) throws(UsageError) -> ExitCode {
        var values: Set<String> = ["--token-file", "--timeout", "--request-id", SpoolCommandContext.option]
        if action != .flush { values.formUnion(["--user", "--grant-id"]) }
        if action == .grant { values.formUnion(["--for", "--until", "--starts"]) }
        let options = try CommandOptions(arguments, flags: ["--wait", "--json"], values: values)
        let timeout = try options.duration("--timeout")
        let body = try body(action, options)
        return try SpoolCommandContext.run(arguments, options) { context in
            try checkLocation(options.operands[0], context)
            let name = freshName(action)
            try context.spool.submit(Array((try encoded(body, options) + "\n").utf8), as: name)
            guard options.flags.contains("--wait") else {
                Output.standard(options.flags.contains("--json") ? "{\"item\":\(jsonText(name))}\n" : name + "\n")
                return .success
            }
            return try WaitCommand.wait(
                for: ItemPattern(name), context.spool, timeout: timeout, asJSON: options.flags.contains("--json"))
        }
    }

    /// The fields in the order of the README; addresses are left to the worker to judge, but for what is no address.
    private static func body(_ action: Command, _ options: CommandOptions) throws(UsageError) -> [(String, String)] {
        guard let location = options.operands.first else {
            throw UsageError("\(action.rawValue) at which location? `knocknoc-entra \(action.rawValue) --help`")
        }
        let addresses = Array(options.operands.dropFirst())
        for address in addresses {
            do { _ = try CIDR(address) } catch { throw UsageError("\(address): \(error)") }
        }
        var fields = [("action", jsonText(action.rawValue)), ("location", jsonText(location))]
        switch action {
        case .grant:
            if addresses.isEmpty {
                throw UsageError("grant which addresses? `knocknoc-entra grant \(location) 203.0.113.7`")
            }
        case .flush:
            if !addresses.isEmpty { throw UsageError("flush ends everything at \(location) and takes no address") }
        default:
            if addresses.isEmpty, options.values["--user"] == nil, options.values["--grant-id"] == nil {
                throw UsageError("revoke what? Addresses, --user or --grant-id; `flush \(location)` ends everything")
            }
        }
        if !addresses.isEmpty {
            fields.append(("addresses", "[" + addresses.map(jsonText).joined(separator: ",") + "]"))
        }
        for (option, field) in [("--user", "user"), ("--grant-id", "grantId"), ("--request-id", "requestId")] {
            if let value = options.values[option] { fields.append((field, jsonText(value))) }
        }
        if options.values["--for"] != nil, options.values["--until"] != nil {
            throw UsageError("--for and --until say the same thing; give one")
        }
        if let start = try options.time("--starts") { fields.append(("startsAt", jsonText(start.description))) }
        if let end = try options.time("--until") { fields.append(("expiresAt", jsonText(end.description))) }
        if let length = try options.duration("--for") {
            fields.append(("durationSeconds", String(length.components.seconds)))
        }
        return fields
    }

    private static func encoded(_ fields: [(String, String)], _ options: CommandOptions) throws -> String {
        var fields = fields
        if let file = options.values["--token-file"] {
            let data =
                file == "-"
                ? (try? Input.standard(limit: 65_536)).map { Data($0) } : FileManager.default.contents(atPath: file)
            guard let data else { throw UsageError("--token-file: \(SettingsFile.reason(file))") }
            let token = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined()
            guard !token.isEmpty else { throw UsageError("--token-file: \(file) is empty") }
            fields.append(("token", jsonText(token)))
        }
        return "{" + fields.map { "\(jsonText($0.0)):\($0.1)" }.joined(separator: ",") + "}"
    }

    private static func checkLocation(_ name: String, _ context: SpoolCommandContext) throws(UsageError) {
        guard !context.locations.isEmpty, !context.locations.contains(name), UUID(uuidString: name) == nil else {
            return
        }
        let meant = Suggestion.closest(to: name, among: context.locations).map { "; did you mean \($0)?" } ?? ""
        throw UsageError(
            "\(name) is not configured\(meant) (configured: \(context.locations.joined(separator: ", ")))")
    }

    /// Never used before, so that waiting for it cannot find somebody else's.
    private static func freshName(_ action: Command) -> String {
        "\(action.rawValue)-\(UUID().uuidString.lowercased()).json"
    }
}
