import GrantCore
import Graph
import Spool

/// `journal verify`: whether the chain of hashes is whole, or where it is not.
enum JournalCommand {
    static func run(_ arguments: Arguments) throws(UsageError) -> ExitCode {
        let options = try CommandOptions(arguments, flags: ["--json"], values: [SpoolCommandContext.option])
        guard options.operands == ["verify"] else { throw UsageError("journal what? `knocknoc-entra journal verify`") }
        return try SpoolCommandContext.run(arguments, options) { context in
            let check = try JournalCheck(context.spool, hash: { sha256($0) })
            Output.standard(options.flags.contains("--json") ? json(check) : text(check))
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
        func list(_ texts: [String]) -> String { "[" + texts.map(jsonText).joined(separator: ",") + "]" }
        return "{\"whole\":\(check.faults.isEmpty),\"lines\":\(check.lines),\"batches\":\(check.batches),"
            + "\"days\":\(list(check.days)),\"faults\":\(list(check.faults)),\"notes\":\(list(check.remarks))}\n"
    }
}
