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
        return try SpoolCommand.change(settings) { (store) throws(SystemError) in
            let ledger = try? store.read(name, memory: .zero)
            guard let ledger, ledger.confirmation != .never else {
                try store.decide(decision, for: name)
                return .done("Decided for \(name): \(decision). It counts at the next try.")
            }
            guard decision == .replace, !ledger.adopted.isEmpty else {
                return .refused(
                    Complaint(
                        "there is nothing to decide about \(name)", why: "this worker writes it already",
                        do: ledger.adopted.isEmpty
                            ? "To end what is there: `knocknoc-entra flush \(name)`."
                            : "--replace gives up the ranges that --pin has kept."))
            }
            try store.decide(decision, for: name)
            return .done(
                "\(name) gives up the \(ledger.adopted.count) ranges that were kept for good, when the worker is "
                    + "restarted or reloaded (SIGHUP).")
        }
    }
}

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
        return try SpoolCommand.change(settings) { (store) throws(SystemError) in
            let known = try store.locations()
            guard known.contains(name), !name.contains("/") else {
                let left = known.filter { settings.locations[$0] == nil }
                return .refused(
                    Complaint(
                        "there is no ledger of \(name)", why: "no location of that name has left the configuration",
                        do: left.isEmpty
                            ? "Nothing is left to forget."
                            : "Name one of those that have: \(left.joined(separator: ", "))."
                    ))
            }
            try store.drop(name)
            return .done("The ledger of \(name) is gone; who is in Entra there stays there.")
        }
    }
}

/// What the commands share that change a file of the spool.
enum SpoolCommand {
    enum Answered {
        case done(String)
        /// Nothing was changed, and why.
        case refused(Complaint)
    }

    static func change(
        _ settings: Settings, _ step: (LedgerStore) throws(SystemError) -> Answered
    ) throws(Complaint) -> ExitCode {
        do throws(SpoolTrouble) { _ = try SpoolView(settings.spool) } catch { throw Complaint(error) }
        let answered: Answered
        do throws(SystemError) {
            answered = try step(LedgerStore(spool: settings.spool))
        } catch {
            throw Complaint(error, spool: settings.spool)
        }
        switch answered {
        case .done(let text): try Answer.give(text + "\n")
        case .refused(let complaint): throw complaint
        }
        return .success
    }
}
