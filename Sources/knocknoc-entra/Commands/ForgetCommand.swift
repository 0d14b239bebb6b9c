import Linux
import Spool

/// `forget`: drops the ledger of a location that left the configuration.
enum ForgetCommand {
    static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
        let name = arguments.operands[0]
        let settings = try SettingsCommand.load(arguments).settings
        guard settings.locations[name] == nil else {
            throw Complaint(
                "\(name) is still configured", why: "its ledger says who is let in there",
                do: "Flush it, take it out of the configuration, reload the worker, then forget it.")
        }
        return try SpoolCommandContext.run(settings) { _ in
            let store = try LedgerStore(spool: settings.spool, writes: true)
            let known = try store.locations()
            guard let location = known.first(where: { $0.name == name }) else {
                let left = known.map(\.name).filter { settings.locations[$0] == nil }
                throw Complaint(
                    "there is no ledger of \(name)", why: "no location of that name has left the configuration",
                    do: left.isEmpty
                        ? "Nothing is left to forget."
                        : "Name one of those that have: \(left.joined(separator: ", ")).")
            }
            try store.drop(location.id, name)
            try Answer.give(
                "The ledger of \(name) is gone. Who is in Entra there stays there: \(location.leases) "
                    + "\(location.leases == 1 ? "lease" : "leases").\n")
            return .success
        }
    }
}
