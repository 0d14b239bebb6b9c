import FoundationEssentials
import Glibc
import Grants
import Linux
import Spool

/// `wait NAME`: until an item has its verdict.
enum WaitCommand {
    static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
        let timeout = try arguments.duration(.timeout)
        return try SpoolCommandContext.run(arguments) { context in
            try wait(
                for: ItemPattern(arguments.operands[0]), context.spool, timeout: timeout, asJSON: arguments.wantsJSON)
        }
    }

    /// Prints `done` or the code; what the `.why` says goes to standard error.
    static func wait(
        for pattern: ItemPattern, _ spool: SpoolView, timeout: Duration?, asJSON: Bool
    ) throws -> ExitCode {
        let start = Clock.system.monotonic()
        var pause = Duration.milliseconds(20)
        var misses = 0
        while true {
            let look = try look(for: pattern, spool)
            let names = Set(look.found.map { $0.name.percentEscaped })
            // Claimed between two looks, one file has two names.
            let settled = look.found.count(where: { $0.place != .incoming })
            if names.count > 1, settled > 1 || misses > 3 {
                throw Complaint(
                    "\(pattern.text) is more than one item:", why: nil, do: "Name one of them.",
                    list: names.sorted().prefix(10) + (names.count > 10 ? ["and \(names.count - 10) more"] : []))
            }
            if let item = look.found.last, names.count == 1, let code = item.verdict {
                return try tell(item, code, spool, asJSON: asJSON)
            }
            if look.found.isEmpty && look.isComplete {
                misses += 1
                if misses > 3 { throw Complaint.noItem(pattern.text) }
            } else {
                misses = names.count > 1 ? misses + 1 : 0
            }
            if let timeout, Clock.system.monotonic() - start >= timeout {
                throw Complaint(
                    "\(pattern.text) has no verdict after \(timeout.shortSeconds) s", why: "it stays in line",
                    do: "`knocknoc-entra why \(pattern.text)` says what it waits for; wait again with `wait`.",
                    .tryLater)
            }
            usleep(UInt32(pause.wholeMicroseconds))
            pause = min(pause * 2, .seconds(1))
        }
    }

    /// Where the worker's own folder is closed to this user, an item that is nowhere else may be there.
    private static func look(
        for pattern: ItemPattern, _ spool: SpoolView
    ) throws(SystemError) -> (found: [FoundItem], isComplete: Bool) {
        var isComplete = true
        let found = try spool.items(meeting: pattern) { (place, error) throws(SystemError) in
            guard ["incoming", "work", "hold"].contains(place) else { throw error }
            isComplete = false
        }
        return (found, isComplete)
    }

    private static func tell(
        _ item: FoundItem, _ code: String, _ spool: SpoolView, asJSON: Bool
    ) throws(Complaint) -> ExitCode {
        let why = spool.why(item)
        if asJSON {
            try Answer.give(
                JSONWriter.object { json in
                    json.member("item", item.name.percentEscaped)
                    json.member("verdict", code)
                    json.member("why", why)
                })
        } else {
            try Answer.give(code + "\n")
            if let why { Output.error(SafeText.lines(why)) }
        }
        return code == "done" ? .success : .someFailed
    }
}

extension Complaint {
    /// Nothing of that name lies in the spool.
    static func noItem(_ name: String) -> Complaint {
        Complaint(
            "there is no item \(name) in this spool", why: "no file in any of its folders has that name",
            do: "Give what its producer called it, its name in the spool, or a pattern in quotes such as 'a*'.",
            .noSpool)
    }
}

extension SpoolView {
    /// What a pattern meets anywhere; `closed` is told of each folder that this user may not look into.
    func items(
        meeting pattern: ItemPattern, closed: (String, SystemError) throws(SystemError) -> Void
    ) throws(SystemError) -> [FoundItem] {
        var found: [FoundItem] = []
        for place in ["incoming", "work", "hold", "done", "failed"] {
            do throws(SystemError) {
                try forEachItem(in: [place]) { if pattern.matches($0) { found.append($0) } }
            } catch {
                guard error.isNotPermitted else { throw error }
                try closed(place, error)
            }
        }
        return found
    }
}

extension FoundItem {
    /// `done`, the code, or nil while it waits.
    var verdict: String? {
        switch place {
        case .done: "done"
        case .failed(let code): code
        case .incoming, .work, .hold: nil
        }
    }
}
