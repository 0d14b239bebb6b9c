import Grants
import Linux
import Spool

/// `retry`, `hold`, `release`: moves items as `mv` would, one rename each, in memory that does not grow with them.
struct MoveCommand {
    private let command: Command
    private let spool: SpoolView
    private let target: Folder
    /// What has come to its place since is left there: it would be what this command moved, failed again already.
    private let newest: Timestamp
    private var moved = 0
    private var failed = 0
    /// The first of what went wrong.
    private var failures: [String] = []

    private static let shownFailures = 20

    static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
        let age = try arguments.duration(.olderThan) ?? .zero
        return try SpoolCommandContext.run(arguments) { context in
            var move = try MoveCommand(
                arguments.command, context.spool, newest: Clock.system.wall() - age)
            for word in arguments.operands { try move.move(word) }
            return try move.tell(arguments)
        }
    }

    private init(_ command: Command, _ spool: SpoolView, newest: Timestamp) throws(SystemError) {
        (self.command, self.spool, self.newest) = (command, spool, newest)
        target = try spool.root.folder(command == .hold ? "hold" : "incoming")
    }

    /// A code, or whatever a name or a pattern meets.
    private mutating func move(_ word: String) throws {
        let code = command == .retry ? FailureCode(rawValue: word.uppercased()) : nil
        let pattern = ItemPattern(word)
        let places =
            switch command {
            case .hold: ["incoming", "failed"]
            case .release: ["hold"]
            default: ["failed"]
            }
        var (isAnything, obstacle) = (false, SystemError?.none)
        let spool = spool
        try spool.forEachItem(in: places, of: code?.rawValue) { item in
            guard obstacle == nil, code != nil || pattern.matches(item) else { return }
            isAnything = true
            obstacle = move(item)
        }
        if let obstacle { throw obstacle }
        if !isAnything { note(missing(word)) }
    }

    /// What stands in the way of all of them, if it does.
    private mutating func move(_ item: FoundItem) -> SystemError? {
        if let since = spool.since(item), since > newest { return nil }
        do throws(SystemError) {
            try spool.move(item, to: target, keepingNote: command == .hold)
            moved += 1
            return nil
        } catch {
            if error.isNotPermitted || error.isNoRoom { return error }
            note("\(item.name.percentEscaped): \(error)")
            return nil
        }
    }

    private mutating func note(_ failure: String) {
        failed += 1
        if failures.count < Self.shownFailures { failures.append(failure) }
    }

    private func missing(_ word: String) -> String {
        switch command {
        case .retry: "nothing in failed/ is \(word)"
        case .hold: "nothing in incoming/ or failed/ is \(word); what is in work/ has been claimed"
        default: "nothing in hold/ is \(word)"
        }
    }

    private func tell(_ arguments: Arguments) throws(Complaint) -> ExitCode {
        let place = command == .hold ? "hold" : "incoming"
        let json = JSONWriter.object { json in
            json.member("moved", moved)
            json.member("failed", failed)
            json.member("to", place)
        }
        try Answer.give(
            arguments.wantsJSON
                ? json : "\(moved) item\(moved == 1 ? "" : "s") moved to \(place)/\n")
        guard failed > 0 else { return .success }
        let rest = failed - failures.count
        throw Complaint(
            failed == 1 ? failures[0] : "\(failed) could not be moved:", why: nil,
            do: "`knocknoc-entra why '*'` shows what lies where; patterns need quotes.", .someFailed,
            list: failed == 1 ? [] : failures + (rest > 0 ? ["and \(rest) more"] : []))
    }
}
