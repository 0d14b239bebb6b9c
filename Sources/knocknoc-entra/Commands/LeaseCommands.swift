import Grants
import Linux

/// `leases [LOCATION] [--at T]`: who is let in, or was at a time.
enum LeasesCommand {
    static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
        try LeaseTablePrinter.run(arguments) { entry in
            arguments.operands.first.map { $0 == entry.location } ?? true
        }
    }
}

/// Prints what both find: 0 where there is something, 1 where there is nothing.
enum LeaseTablePrinter {
    static func run(
        _ arguments: Arguments, isAtMoment: Bool = false, _ isWanted: (LeaseEntry) -> Bool
    ) throws(Complaint) -> ExitCode {
        let time = try arguments.time(.at)
        let now = Clock.system.wall()
        if let time, time > now {
            throw Complaint(
                "--at \(time) is still to come", why: "it is \(now)",
                do: "Give a moment that is over; `date -u +%FT%TZ`.")
        }
        return try SpoolCommandContext.run(arguments) { context in
            let history =
                try time.map { try LeaseHistory.then(context.spool, at: $0) }
                ?? LeaseHistory.now(context.spool, at: now)
            for note in Set(history.notes).sorted() { Output.error(SafeText.lines("note: \(note)\n")) }
            let moment = time ?? now
            let found = history.entries.filter { entry in
                isWanted(entry) && !(isAtMoment && entry.startsAt.map { $0 > moment } ?? false)
            }
            if arguments.wantsJSON {
                try Answer.give(JSONWriter.text(isForPeople: true, found.write))
            } else {
                try Answer.give(LeaseListing(found, at: moment).text(width: Terminal.width))
            }
            return found.isEmpty ? .someFailed : .success
        }
    }
}
