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
        return SpoolCommand.change(settings) { (store) throws(SystemError) in
            let ledger = try? store.read(name, memory: .zero)
            guard let ledger, ledger.confirmation != .never else {
                try store.decide(decision, for: name)
                return .done("Decided for \(name): \(decision). It counts at the next try.")
            }
            guard decision == .replace, !ledger.adopted.isEmpty else {
                return .refused(
                    "\(name) is written by this worker already, so there is nothing to decide"
                        + (ledger.adopted.isEmpty ? "" : "; --replace gives up the ranges that --pin has kept"))
            }
            try store.decide(decision, for: name)
            return .done(
                "\(name) gives up the \(ledger.adopted.count) ranges that were kept for good, when the worker is "
                    + "restarted or reloaded (SIGHUP).")
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
        return SpoolCommand.change(settings) { (store) throws(SystemError) in
            let known = try store.locations()
            guard known.contains(name) else {
                let left = known.filter { settings.locations[$0] == nil }
                return .refused(
                    "there is no ledger of \(name)"
                        + (left.isEmpty
                            ? "" : "; of locations that left the configuration: \(left.joined(separator: ", "))"))
            }
            try store.drop(name)
            return .done("The ledger of \(name) is gone; who is in Entra there stays there.")
        }
    }
}

/// What the commands share that change a file of the spool.
enum SpoolCommand {
    enum Answer {
        case done(String)
        /// Nothing was changed, and why.
        case refused(String)
    }

    static func change(
        _ settings: Settings, _ step: (LedgerStore) throws(SystemError) -> Answer
    ) -> ExitCode {
        do throws(SystemError) {
            switch try step(LedgerStore(spool: settings.spool)) {
            case .done(let text):
                Output.standard(text + "\n")
                return .success
            case .refused(let text):
                Output.error("knocknoc-entra: \(text)\n")
                return .configuration
            }
        } catch {
            Output.error(
                "knocknoc-entra: \(error)\n  The spool is \(settings.spool); run this as its owner or as root.\n")
            return .cannotWrite
        }
    }
}
