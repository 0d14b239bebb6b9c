import Linux
import Spool

/// `backup`: copies the ledgers, as of one moment, into a file.
enum BackupCommand {
    static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
        let path = arguments.operands[0]
        return try SpoolCommandContext.run(arguments) { context in
            let store = try LedgerStore(spool: context.spool.path)
            guard try !store.locations().isEmpty else {
                throw Complaint(
                    "there are no ledgers in \(context.spool.path) yet",
                    why: "no worker has dealt with a location there",
                    do: "Nothing is to be copied.", .noSpool)
            }
            do throws(SystemError) {
                try store.backUp(to: path)
            } catch {
                throw Complaint(
                    "the ledgers cannot be copied to \(path)", why: "\(error)",
                    do: "Name a file that is not there yet, in a folder with room that this user may write.",
                    .cannotWrite)
            }
            try Answer.give("The ledgers of this moment are in \(path).\n")
            return .success
        }
    }
}
