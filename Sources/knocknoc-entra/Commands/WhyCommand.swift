import Grants
import Linux
import Spool

/// `why ITEM`: what became of it, or what it waits for.
enum WhyCommand {
    static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
        let pattern = ItemPattern(arguments.operands[0])
        return try SpoolCommandContext.run(arguments) { context in
            let found = try context.spool.items(meeting: pattern) { place, _ in
                Output.error("note: \(place)/ is closed to this user, so it was not looked at\n")
            }
            guard !found.isEmpty else { throw Complaint.noItem(pattern.text) }
            let answers = found.map { item in
                (
                    place: item.place.path.joined(separator: "/"), name: item.name.percentEscaped,
                    verdict: item.verdict, text: SafeText.lines(text(item, context.spool))
                )
            }
            let json = JSONWriter.text { json in
                json.array { json in
                    for answer in answers {
                        json.object { json in
                            json.member("item", answer.name)
                            json.member("place", answer.place)
                            json.name("verdict")
                            if let verdict = answer.verdict { json.string(verdict) } else { json.word("null") }
                            json.member("why", answer.text)
                        }
                    }
                }
            }
            let page = answers.map { answer in
                "\(answer.place)/\(answer.name)\n" + answer.text.split(separator: "\n").map { "  \($0)\n" }.joined()
            }
            try Answer.give(arguments.wantsJSON ? json : page.joined(separator: "\n"))
            return .success
        }
    }

    private static func text(_ item: FoundItem, _ spool: SpoolView) -> String {
        switch item.place {
        case .done: return "settled well"
        case .failed(let code): return spool.why(item) ?? "failed with \(code); there is no note beside it"
        case .hold: return "parked by hand; `knocknoc-entra release` lets it go"
        case .incoming:
            return "waits to be claimed" + (spool.worker() == .none ? "; no worker runs on this spool" : "")
        case .work:
            let troubles = StatusFile.read(spool)?.troubles ?? []
            let rest = troubles.isEmpty ? "" : ":\n" + troubles.joined(separator: "\n")
            return "claimed, and tried again by itself"
                + (spool.worker() == .none ? "; no worker runs on this spool" : "") + rest
        }
    }
}
