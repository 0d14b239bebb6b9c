import Entra
import Grants
import Spool

/// `journal verify`: whether the chain of hashes is whole, or where it is not.
enum JournalCommand {
    static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
        guard arguments.operands == ["verify"] else {
            throw Complaint(
                "`journal \(arguments.operands[0])` is not known", why: "the journal can only be verified",
                do: "`knocknoc-entra journal verify`")
        }
        return try SpoolCommandContext.run(arguments) { context in
            let check = try JournalCheck(context.spool, hash: { sha256($0) })
            try Answer.give(arguments.wantsJSON ? json(check) : text(check))
            return check.faults.isEmpty ? .success : .someFailed
        }
    }

    private static func text(_ check: JournalCheck) -> String {
        var lines = check.faults.map { "BROKEN  \($0)" } + check.remarks.map { "note    \($0)" }
        let days = check.days.first.map { "from \($0) to \(check.days.last ?? $0)" } ?? "nothing yet"
        lines.append(
            "\(check.faults.isEmpty ? "whole" : "BROKEN")   \(check.lines) lines in \(check.batches) batches, \(days)")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func json(_ check: JournalCheck) -> String {
        JSONWriter.object { json in
            json.member("whole", check.faults.isEmpty)
            json.member("lines", check.lines)
            json.member("batches", check.batches)
            json.member("days", check.days)
            json.member("faults", check.faults)
            json.member("notes", check.remarks)
        }
    }
}
