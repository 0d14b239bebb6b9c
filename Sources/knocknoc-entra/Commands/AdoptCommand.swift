import GrantCore
import Spool

/// `adopt`: decides about a list that was in Entra before the first write.
enum AdoptCommand {
    static func run(_ arguments: Arguments) throws(UsageError) -> ExitCode {
        let (name, decision) = try parse(arguments)
        guard let settings = SettingsCommand.load(arguments) else { return .configuration }
        guard settings.locations[name] != nil else {
            let known = settings.locations.keys.sorted()
            let meant = Suggestion.closest(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
            throw UsageError("\(name) is not configured\(meant) (configured: \(known.joined(separator: ", ")))")
        }
        return SpoolCommand.change(settings, "Decided for \(name): \(decision). It counts at the next try.") {
            () throws(SystemError) in try LedgerStore.decide(decision, for: name, spool: settings.spool)
        }
    }

    private static func parse(_ arguments: Arguments) throws(UsageError) -> (String, Adoption) {
        let flags = try arguments.takeFlagsOnly(["--replace", "--pin", "--for"])
        guard flags.count == 1, let flag = flags.first, let name = arguments.operands.first else {
            throw UsageError("adopt LOCATION and one of --replace, --pin, --for 8h")
        }
        switch (flag, arguments.operands.count) {
        case ("--replace", 1): return (name, .replace)
        case ("--pin", 1): return (name, .pin)
        case ("--for", 2):
            guard let duration = Duration(spoken: arguments.operands[1]) else {
                throw UsageError("--for takes a time such as 8h, 30m or 2d, not \(arguments.operands[1])")
            }
            return (name, .keep(duration))
        default: throw UsageError("adopt LOCATION and one of --replace, --pin, --for 8h")
        }
    }
}

/// `forget`: drops the ledger of a location that left the configuration.
enum ForgetCommand {
    static func run(_ arguments: Arguments) throws(UsageError) -> ExitCode {
        _ = try arguments.takeFlagsOnly([])
        guard let name = arguments.operands.first, arguments.operands.count == 1, !name.contains("/") else {
            throw UsageError("forget which location? `forget LOCATION`")
        }
        guard let settings = SettingsCommand.load(arguments) else { return .configuration }
        guard settings.locations[name] == nil else {
            throw UsageError("\(name) is still configured; flush it, then take it out of the configuration")
        }
        return SpoolCommand.change(settings, "The ledger of \(name) is gone; who is in Entra there stays there.") {
            () throws(SystemError) in try LedgerStore.drop(name, spool: settings.spool)
        }
    }
}

/// What the commands share that change a file of the spool.
enum SpoolCommand {
    static func change(
        _ settings: Settings, _ success: String, _ step: () throws(SystemError) -> Void
    ) -> ExitCode {
        do throws(SystemError) {
            try step()
            Output.standard(success + "\n")
            return .success
        } catch {
            Output.error(
                "knocknoc-entra: \(error)\n  The spool is \(settings.spool); run this as its owner or as root.\n")
            return .cannotWrite
        }
    }
}
