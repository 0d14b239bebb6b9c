import FoundationEssentials
import Grants
import Linux
import Spool

/// `grant`, `revoke`, `flush`: puts one request in, and waits for its verdict if that is wanted.
enum SubmitCommand {
    static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
        let timeout = try arguments.duration(.timeout)
        let body = try body(arguments)
        return try SpoolCommandContext.run(arguments) { context in
            try checkLocation(arguments.operands[0], context)
            let name = freshName(arguments.command)
            try context.spool.submit(Array(try encoded(body, arguments).utf8), as: name)
            guard arguments.has(.wait) else {
                try Answer.give(arguments.wantsJSON ? JSONWriter.object { $0.member("item", name) } : name + "\n")
                return .success
            }
            return try WaitCommand.wait(
                for: ItemPattern(name), context.spool, timeout: timeout, asJSON: arguments.wantsJSON)
        }
    }

    /// The fields in the order of the README; addresses are left to the worker to judge, but for what is no address.
    private static func body(_ arguments: Arguments) throws(Complaint) -> (inout JSONWriter) -> Void {
        let location = arguments.operands[0]
        let addresses = Array(arguments.operands.dropFirst())
        for address in addresses { _ = try CIDR(typed: address) }
        if arguments.command == .revoke, addresses.isEmpty, !arguments.has(.user), !arguments.has(.grantId) {
            throw Complaint(
                "`revoke \(location)` does not say what", why: "it takes addresses, --user or --grant-id",
                do: "Give one of them; `knocknoc-entra flush \(location)` ends everything there.")
        }
        let (starts, until) = (try arguments.time(.starts), try arguments.time(.until))
        let seconds = try arguments.duration(.for).map { Int($0.components.seconds) }
        return { json in
            json.member("action", arguments.command.rawValue)
            json.member("location", location)
            if !addresses.isEmpty { json.member("addresses", addresses) }
            json.member("user", arguments.value(.user))
            json.member("grantId", arguments.value(.grantId))
            json.member("requestId", arguments.value(.requestId))
            json.member("startsAt", starts)
            json.member("expiresAt", until)
            json.member("durationSeconds", seconds)
        }
    }

    private static func encoded(
        _ members: (inout JSONWriter) -> Void, _ arguments: Arguments
    ) throws -> String {
        guard let file = arguments.value(.tokenFile) else { return JSONWriter.object(members) }
        let data =
            file == "-"
            ? (try? Input.standard(limit: 65_536)).map { Data($0) } : FileManager.default.contents(atPath: file)
        guard let data else {
            throw Complaint(
                "the token cannot be read", why: SettingsFile.reason(file),
                do: "Name a file that this user may read with --token-file, or pipe the token in with --token-file -.")
        }
        let token = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined()
        guard !token.isEmpty else {
            throw Complaint(
                "there is no token in \(file == "-" ? "standard input" : file)", why: "it is empty",
                do: "Put an access token in it, as Entra issued it.")
        }
        return JSONWriter.object { json in
            members(&json)
            json.member("token", token)
        }
    }

    private static func checkLocation(_ name: String, _ context: SpoolCommandContext) throws(Complaint) {
        guard !context.locations.isEmpty, !context.locations.contains(name), UUID(uuidString: name) == nil else {
            return
        }
        throw .unknownLocation(name, among: context.locations)
    }

    /// Never used before, so that waiting for it cannot find somebody else's.
    private static func freshName(_ action: Command) -> String {
        "\(action.rawValue)-\(UUID().uuidString.lowercased()).json"
    }
}

extension Complaint {
    static func unknownLocation(_ name: String, among known: [String]) -> Complaint {
        let meant = Suggestion.closest(to: name, among: known).map { ": did you mean \($0)?" } ?? ""
        return Complaint(
            "there is no location \(name)", why: "it is not configured\(meant)",
            do: "Name one of \(known.joined(separator: ", ")), or its GUID.")
    }
}

extension CIDR {
    /// As somebody has typed it.
    init(typed text: String) throws(Complaint) {
        do throws(AddressError) {
            try self.init(text)
        } catch {
            throw Complaint(
                "\(text) is no address", why: error.reason,
                do: "Give one such as 203.0.113.7, 198.51.100.0/28 or 2001:db8::7.")
        }
    }
}
