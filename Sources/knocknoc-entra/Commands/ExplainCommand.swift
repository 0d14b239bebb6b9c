import Grants
import Linux

/// `explain CODE`: what a code means and what to do about it.
enum ExplainCommand {
    static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
        let word = arguments.operands[0]
        let asked = String(word.uppercased().drop { $0 == "#" })
        guard let code = FailureCode(rawValue: asked) else {
            let codes = FailureCode.allCases.map(\.rawValue)
            let meant = Suggestion.closest(to: asked, among: codes)
            throw Complaint(
                "there is no code \(word)", why: meant.map { "did you mean \($0)?" },
                do: "The codes are \(codes.joined(separator: ", ")).")
        }
        let explanation = code.explanation
        try Answer.give(
            arguments.wantsJSON ? json(explanation) : explanation.text(width: min(Terminal.width ?? 78, 78)))
        return .success
    }

    private static func json(_ explanation: Explanation) -> String {
        JSONWriter.object { json in
            json.member("code", explanation.code.rawValue)
            json.member("title", explanation.code.title)
            json.member("meaning", unwrapped(explanation.meaning))
            json.name("differsFrom")
            json.object { json in
                for other in explanation.differsFrom { json.member(other.code.rawValue, unwrapped(other.how)) }
            }
            json.member("causes", explanation.causes.map(unwrapped))
            json.member("steps", explanation.steps.map(unwrapped))
            json.member("thenWhat", unwrapped(explanation.thenWhat))
            json.member("nextStep", explanation.nextStep)
        }
    }

    /// Without the sign that tells the printed page which lines are commands.
    private static func unwrapped(_ text: String) -> String {
        text.split(separator: "\n").map { $0.hasPrefix("$ ") ? $0.dropFirst(2) : $0 }.joined(separator: "\n")
    }
}
