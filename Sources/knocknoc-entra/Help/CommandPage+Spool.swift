/// The commands that look at the spool and move items in it.
extension CommandPage {
    static let status = CommandPage(
        summary: "what waits, what each location holds, what is wrong",
        options: [
            .init(.flag(.json, "prints all of it as JSON"), .flag(.watch, "redraws every second; q ends it")),
            .init(.spool),
        ],
        text: """
            Says whether the worker lives, what waits and for how long, what each location holds of the ranges that Entra \
            takes, what should have left and has not, and the last errors.
            """,
        examples: ["knocknoc-entra status", "knocknoc-entra status --watch"],
        statuses: [
            (.success, "a worker runs, or --watch was ended"), (.noSpool, ExitCode.noSpool.meaning),
            (.unavailable, "no worker runs, or it is silent"), (.notPermitted, ExitCode.notPermitted.meaning),
        ])

    static let wait = CommandPage(
        summary: "until an item has its verdict",
        operands: [.init(name: "NAME", kind: .known(.items))],
        options: [.init(.timeout), .init(.json), .init(.spool)],
        text: """
            Waits until the item is in done/ or failed/ and prints `done` or the code; the reason goes to standard error. \
            NAME is what its producer called the file, or its name in the spool.
            """,
        examples: ["knocknoc-entra wait grant-alice.json --timeout 2m"],
        statuses: [
            (.success, "done"), (.someFailed, "failed"),
            (.configuration, "wrong command line or configuration, or more than one such item"),
            (.noSpool, ExitCode.noSpool.meaning), (.tryLater, "no verdict in time"),
            (.notPermitted, ExitCode.notPermitted.meaning),
        ])

    static let why = CommandPage(
        summary: "what became of an item, or what it waits for",
        operands: [.init(name: "ITEM", kind: .known(.items))], options: [.init(.json), .init(.spool)],
        text: """
            Says where an item is and why: the note beside a failed one, or what a waiting one waits for.

            \(items)
            """,
        examples: ["knocknoc-entra why '*alice*'"],
        statuses: [
            (.success, "found"), (.noSpool, ExitCode.noSpool.meaning),
            (.notPermitted, ExitCode.notPermitted.meaning),
        ])

    static let retry = CommandPage(
        summary: "moves failed items back to incoming/, all of a code or some",
        operands: [.init(name: "CODE|ITEM", kind: .known(.failed), repeats: true)],
        options: [
            .init(.value(.olderThan, "TIME", .text, "only what failed at least so long ago")), .init(.json),
            .init(.spool),
        ],
        text: "Does what `mv failed/CODE/* incoming/` does, however many they are.\n\n\(items)",
        examples: ["knocknoc-entra retry ENTRA052", "knocknoc-entra retry '*alice*' --older-than 5m"],
        statuses: moved)

    static let hold = CommandPage(
        summary: "parks items of incoming/ or failed/ in hold/, where the worker never looks",
        operands: [.init(name: "ITEM", kind: .known(.waiting), repeats: true)], options: [.init(.json), .init(.spool)],
        text: "What is in work/ has been claimed and cannot be held.\n\n\(items)",
        examples: ["knocknoc-entra hold 'grant-*.json'"], statuses: moved)

    static let release = CommandPage(
        summary: "moves items of hold/ to incoming/",
        operands: [.init(name: "ITEM", kind: .known(.held), repeats: true)], options: [.init(.json), .init(.spool)],
        text: "Does what `mv hold/* incoming/` does.\n\n\(items)",
        examples: ["knocknoc-entra release '*'"], statuses: moved)

    static let leases = CommandPage(
        summary: "who is let in, or was at a time",
        operands: [.init(name: "LOCATION", kind: .known(.locations), isOptional: true)],
        options: [.init(.at), .init(.json), .init(.spool)],
        text: "Lists who is let in, from the ledgers; with --at, who was then, from the journal.\n\n\(ended)",
        examples: ["knocknoc-entra leases", "knocknoc-entra leases office --at 2026-11-20T14:00:00Z"],
        statuses: people)

    static let who = CommandPage(
        summary: "by which grants an address is let in, or was at a time",
        operands: [.init(name: "ADDRESS", kind: .text)], options: [.init(.at), .init(.json), .init(.spool)],
        text: """
            Lists the grants by which an address, or any part of a network, is let in; with --at, by which it was then. \
            Ranges pinned in the configuration are there, not here.

            \(ended)
            """,
        examples: ["knocknoc-entra who 203.0.113.7", "knocknoc-entra who 203.0.113.7 --at 2026-11-20T14:00:00Z"],
        statuses: people)

    static let journal = CommandPage(
        summary: "whether the audit trail is as it was written",
        operands: [.init(name: "verify", kind: .oneOf(["verify"]))], options: [.init(.json), .init(.spool)],
        text: """
            Holds the journal against its seals: each batch of lines is followed by a hash over it and over the seal \
            before, so that a line changed, removed or put in later shows. Nobody is kept from writing a whole new chain: \
            copy the last seal elsewhere, and look for it again.
            """,
        examples: ["knocknoc-entra journal verify"],
        statuses: [
            (.success, "whole"), (.someFailed, "broken"), (.noSpool, ExitCode.noSpool.meaning),
            (.notPermitted, ExitCode.notPermitted.meaning),
        ])

    private static let items = "ITEM is a name, a path in the spool, or a pattern in quotes."

    private static let ended = """
        What was revoked or has expired lets people in until Entra has taken a list without it; such lines say since when \
        it should be gone.
        """

    private static let moved: [(code: ExitCode, meaning: String)] = [
        (.success, "all moved"), (.someFailed, "something was not found or could not be moved"),
        (.noSpool, "no spool"), (.cannotWrite, ExitCode.cannotWrite.meaning),
        (.notPermitted, ExitCode.notPermitted.meaning),
    ]

    private static let people: [(code: ExitCode, meaning: String)] = [
        (.success, "somebody"), (.someFailed, "nobody"),
        (.noSpool, "no spool, or its journal does not reach back so far"),
        (.notPermitted, ExitCode.notPermitted.meaning),
    ]
}
