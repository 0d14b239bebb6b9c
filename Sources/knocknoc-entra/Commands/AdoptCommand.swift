import Grants
import Linux
import Spool

/// `adopt`: decides about a list that was in Entra before the first write.
enum AdoptCommand {
    static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
        let name = arguments.operands[0]
        let decision = try arguments.duration(.for).map(Adoption.keep) ?? (arguments.has(.pin) ? .pin : .replace)
        let settings = try SettingsCommand.load(arguments).settings
        guard settings.locations[name] != nil else {
            throw .unknownLocation(name, among: settings.locations.keys.sorted())
        }
        return try SpoolCommandContext.run(settings) { _ in
            let store = try LedgerStore(spool: settings.spool)
            guard let ledger = try? store.read(named: name), ledger.confirmation != .never else {
                try store.decide(decision, for: name)
                try Answer.give("Decided for \(name): \(decision). It counts at the next try.\n")
                return .success
            }
            guard decision == .replace, !ledger.adopted.isEmpty else {
                throw Complaint(
                    "there is nothing to decide about \(name)", why: "this worker writes it already",
                    do: ledger.adopted.isEmpty
                        ? "To end what is there: `knocknoc-entra flush \(name)`."
                        : "--replace gives up the ranges that --pin has kept.")
            }
            try store.decide(decision, for: name)
            try Answer.give(
                "\(name) gives up the \(ledger.adopted.count) ranges that were kept for good, when the worker is "
                    + "restarted or reloaded (SIGHUP).\n")
            return .success
        }
    }
}
