import GrantCore
import Spool

/// `retry`, `hold`, `release`: moves items as `mv` would, one rename each.
enum MoveCommand {
    static func run(_ command: Command, _ arguments: Arguments) throws(UsageError) -> ExitCode {
        let values: Set<String> =
            command == .retry ? ["--older-than", SpoolCommandContext.option] : [SpoolCommandContext.option]
        let options = try CommandOptions(arguments, flags: ["--json"], values: values)
        guard !options.operands.isEmpty else {
            throw UsageError("\(command.rawValue) what? `knocknoc-entra \(command.rawValue) --help` shows examples")
        }
        let age = try options.duration("--older-than")
        return try SpoolCommandContext.run(arguments, options) { context in
            let spool = context.spool
            var (moved, failures) = (0, [String]())
            var found: [FoundItem] = []
            for word in options.operands {
                let items = try items(word, for: command, spool)
                if items.isEmpty { failures.append(missing(word, for: command)) }
                found += items
            }
            let oldest = age.map { Clock.system.wall() - $0 }
            var seen: Set<[UInt8]> = []
            for item in found where seen.insert(item.name).inserted {
                if let oldest, let since = spool.since(item), since > oldest { continue }
                do throws(SystemError) {
                    try spool.move(item, to: command == .hold ? "hold" : "incoming")
                    moved += 1
                } catch {
                    if error.isNotPermitted { return SpoolCommandContext.failure(error, in: spool) }
                    if failures.count < 20 { failures.append("\(item.name.percentEscaped): \(error)") }
                }
            }
            for failure in failures { Output.error("knocknoc-entra: \(failure)\n") }
            let target = command == .hold ? "hold" : "incoming"
            Output.standard(
                options.flags.contains("--json")
                    ? "{\"moved\":\(moved),\"to\":\"\(target)\"}\n"
                    : "\(moved) item\(moved == 1 ? "" : "s") moved to \(target)/\n")
            return failures.isEmpty ? .success : .someFailed
        }
    }

    private static func items(_ word: String, for command: Command, _ spool: SpoolView) throws -> [FoundItem] {
        if command == .retry, let code = AgentCode(rawValue: word.uppercased()) {
            return try spool.failed(code.rawValue)
        }
        let pattern = ItemPattern(word)
        var found: [FoundItem] = []
        let places =
            switch command {
            case .hold: ["incoming", "failed"]
            case .release: ["hold"]
            default: ["failed"]
            }
        try spool.forEachItem(in: places) { if pattern.matches($0) { found.append($0) } }
        return found
    }

    private static func missing(_ word: String, for command: Command) -> String {
        switch command {
        case .retry: "nothing in failed/ is \(word); `ls failed/` shows the codes, and patterns need quotes"
        case .hold: "nothing in incoming/ or failed/ is \(word); what is in work/ has been claimed and cannot be held"
        default: "nothing in hold/ is \(word)"
        }
    }
}

/// `why ITEM`: what became of it, or what it waits for.
enum WhyCommand {
    static func run(_ arguments: Arguments) throws(UsageError) -> ExitCode {
        let options = try CommandOptions(arguments, values: [SpoolCommandContext.option])
        guard options.operands.count == 1 else { throw UsageError("why which item? `knocknoc-entra why NAME`") }
        let pattern = ItemPattern(options.operands[0])
        return try SpoolCommandContext.run(arguments, options) { context in
            var found: [FoundItem] = []
            for place in ["incoming", "work", "hold", "done", "failed"] {
                do throws(SystemError) {
                    try context.spool.forEachItem(in: [place]) { if pattern.matches($0) { found.append($0) } }
                } catch {
                    guard error.isNotPermitted else { throw error }
                    Output.error("knocknoc-entra: \(place)/ is closed to this user, so it was not looked at\n")
                }
            }
            guard !found.isEmpty else { throw NoSuchItem(name: pattern.text) }
            let texts = found.map { item in
                let place = "\(item.place.path.joined(separator: "/"))/\(item.name.percentEscaped)"
                return place + "\n" + text(item, context.spool).split(separator: "\n").map { "  \($0)\n" }.joined()
            }
            Output.standard(texts.joined(separator: "\n"))
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
