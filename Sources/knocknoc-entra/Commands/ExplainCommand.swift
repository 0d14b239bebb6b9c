import GrantCore
import Spool

/// `explain CODE`: what a code means and what to do about it.
enum ExplainCommand {
    static func run(_ arguments: Arguments) throws(UsageError) -> ExitCode {
        _ = try arguments.takeFlagsOnly([])
        guard let word = arguments.operands.first, arguments.operands.count == 1 else {
            throw UsageError("explain which code? They are:\n\(list)")
        }
        let asked = String(word.uppercased().drop { $0 == "#" })
        guard let code = AgentCode(rawValue: asked) else {
            let codes = AgentCode.allCases.map(\.rawValue)
            let meant = Suggestion.closest(to: asked, among: codes).map { "; did you mean \($0)?" } ?? "."
            throw UsageError("there is no code \(word)\(meant) They are:\n\(list)")
        }
        Output.standard(code.explanation.text)
        return .success
    }

    private static var list: String {
        AgentCode.allCases.map { "  \($0)  \($0.title)" }.joined(separator: "\n")
    }
}
