/// The commands that set the worker up, run it, and decide about locations.
extension CommandPage {
    static let run = CommandPage(
        summary: "the worker",
        options: [
            .init(.flag(.once, "settles everything that waits, then ends")),
            .init(.value(.lockToken, "N", .text, "chosen by a lock service; N grows with each choice")),
            .init(.value(.lockLifetime, "TIME", .text, "how long it keeps the lock for a silent host")),
        ],
        text: """
            Watches the spool, writes the named locations through Microsoft Graph, and moves every request to done/ or \
            failed/CODE/. Logs to standard error.

            SIGTERM and SIGINT stop it in order; what has no verdict yet stays in work/ for the next start. SIGHUP reads \
            the configuration again; one that has mistakes is refused, and the old one stays.

            The two options about a lock are for a spool that several hosts share. Then it takes the spool over from \
            whoever works on it, lock or no lock, writes every list at once and again when requests of the former \
            worker are over, and ends when another has taken over. Whoever starts it has to end it when the lock is \
            lost, as contrib/ha/knocknoc-entra-active does: two that are started with tokens of their own making fight.
            """,
        examples: ["knocknoc-entra run", "knocknoc-entra run --once"],
        statuses: [
            (.success, "stopped in order; with --once: all done"), (.someFailed, "with --once: some items failed"),
            (.noSpool, "no spool, or it was taken away"),
            (.unavailable, "with --once: a removal could not be written; the next run tries again"),
            (.cannotWrite, "the spool cannot be written"),
            (.alreadyRunning, "another worker has this spool, or it is shared"),
            (.notPermitted, "this user may not open the spool"),
        ])

    static let initialise = CommandPage(
        summary: "makes the spool's folders with the right modes",
        text: """
            Makes the folders of the spool that the configuration names, with their modes, and the .spool marker without \
            which the worker refuses to start. Safe to repeat: it mends modes and touches no file.

            Run it as the user of the worker. Where the groups entra-submit and entra-ops exist, tmp/ and incoming/ are \
            given to the first, failed/ and hold/ to the second.
            """,
        examples: ["knocknoc-entra init"],
        statuses: [(.success, "the spool is ready"), (.cannotWrite, "it cannot be made there")])

    static let check = CommandPage(
        summary: "looks through the configuration, naming every mistake at once",
        options: [.init(.flag(.online, "goes on with the doctor's steps, which ask Entra")), .init(.json)],
        text: """
            Reads the configuration and the secret it points to, and names every mistake with its place. Contacts \
            nobody, unless --online asks for it.
            """,
        examples: ["knocknoc-entra check", "knocknoc-entra check --online"],
        statuses: [
            (.success, "all is good"), (.someFailed, "with --online: a check failed"),
            (.configuration, "wrong command line, or the configuration has mistakes"),
        ])

    static let doctor = CommandPage(
        summary: "looks at every step between a request and Entra: what is wrong, and what to do",
        options: [
            .init(.json),
            .init(
                .value(
                    .bundle, "FILE", .file,
                    """
                    also writes a text for support: version, these findings, the configuration, counts of the spool and \
                    notes of failed requests; no secrets, no tokens
                    """)),
            .init(.flag(.withPeople, "leaves users, addresses and file names in the bundle")),
        ],
        text: """
            Goes through configuration, credential, spool, DNS, TCP, TLS and who signed the certificate, clock, access \
            token and its permissions, each named location, and the policies that refer to it. Each check says what was \
            seen, its code, and what to do.

            It changes nothing, needs no running worker, and asks Microsoft a handful of questions, at \
            requestsPerSecond. contrib/docs/doctor.md explains each check by its name.
            """,
        examples: ["knocknoc-entra doctor", "knocknoc-entra doctor --bundle bundle.txt"],
        statuses: [
            (.success, "all is well, or there are only warnings"), (.someFailed, "a check failed"),
            (.configuration, "wrong command line, or configuration or credential are at fault"),
            (.cannotWrite, "the bundle cannot be written"),
        ])

    static let whatIf = CommandPage(
        summary: "which policies Entra would apply to a sign-in, and whether a location is the reason",
        operands: [.init(name: "USER", kind: .text), .init(name: "ADDRESS", kind: .text)],
        options: [
            .init(
                .value(
                    .app, "ID", .text,
                    "client ID of the application signed in to; else that of Office 365 Exchange Online")),
            .init(.json),
        ],
        text: """
            Asks Entra's own evaluator which Conditional Access policies would apply to a sign-in of USER (user principal \
            name or object ID) from ADDRESS. Changes nothing. A name takes the permission User.Read.All, an object ID \
            none beside the worker's own.
            """,
        examples: ["knocknoc-entra what-if alice@example.com 203.0.113.7"],
        statuses: [
            (.success, "answered"), (.configuration, "wrong command line or configuration, or no such user"),
            (.unavailable, "no answer"), (.notPermitted, "the application may not ask that"),
        ])

    static let adopt = CommandPage(
        summary: "decides about a list that was in Entra before the first write",
        operands: [.init(name: "LOCATION", kind: .known(.locations))],
        options: [
            .init(
                .flag(.replace, "its ranges go at the next write"),
                .flag(.pin, "they stay for good, as if pinned in the configuration"),
                .value(.for, "TIME", .text, "they stay as leases that end: 8h, 30m, 2d"), isRequired: true)
        ],
        text: """
            A named location that holds ranges which this worker never wrote is not touched, since a wrong GUID or a lost \
            ledger would lock people out. This decides what becomes of them. What was found stands in the spool as \
            ledger/LOCATION.found.
            """,
        examples: ["knocknoc-entra adopt office --for 8h"],
        statuses: [
            (.success, "decided"),
            (.configuration, "wrong command line or configuration, or there is nothing to decide"),
            (.cannotWrite, "the decision cannot be written"), (.notPermitted, "this user may not open the spool"),
        ])

    static let forget = CommandPage(
        summary: "drops the ledger of a location that left the configuration",
        operands: [.init(name: "LOCATION", kind: .known(.orphaned))],
        text: """
            Such a location drains by itself: its leases end at their time, and revoke and flush still work. After this \
            command nobody ends them: who is in Entra there stays there.
            """,
        examples: ["knocknoc-entra forget old-office"],
        statuses: [
            (.success, "its ledger is gone"),
            (.configuration, "wrong command line or configuration, or there is no such ledger"),
            (.cannotWrite, "the ledger cannot be removed"), (.notPermitted, "this user may not open the spool"),
        ])

    static let backup = CommandPage(
        summary: "copies the ledgers of one moment into a file",
        operands: [.init(name: "FILE", kind: .file)], options: [.init(.spool)],
        text: """
            Beside a running worker or without one. The copy is an SQLite database for the user alone who makes it: to \
            read, or to move to another host. Never put it back after a loss: it lets in again whoever was revoked since.
            """,
        examples: ["knocknoc-entra backup ledgers.sqlite"],
        statuses: [
            (.success, "copied"), (.noSpool, "no spool, or no ledgers in it yet"),
            (.cannotWrite, "FILE is there already, or cannot be written"),
            (.notPermitted, ExitCode.notPermitted.meaning),
        ])

    static let explain = CommandPage(
        summary: "what an ENTRA or SPOOL code means and what to do about it",
        operands: [.init(name: "CODE", kind: .known(.codes))], options: [.init(.json)],
        text: """
            Prints what a code means, how it differs from its neighbours, its causes, and the steps that mend it. The \
            code stands in the log, in the name of the failed/ folder and in the .why file beside each failed request.
            """,
        examples: ["knocknoc-entra explain ENTRA052"],
        statuses: [(.success, "explained"), (.configuration, "wrong command line, or no such code")])
}
