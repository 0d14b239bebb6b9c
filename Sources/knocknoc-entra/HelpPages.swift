/// The help of the commands that work beside the worker.
enum HelpPages {
    static let spoolOption = """
          --spool FOLDER   the spool, where the configuration cannot be read
        """

    static func submit(_ action: String, usage: String, options: String, example: String) -> String {
        """
        Usage: knocknoc-entra \(action) \(usage) [--wait]

        Writes one request into the spool, as any producer does, and prints the name of its file.

        \(options)  --wait           until it has its verdict; prints `done` or the code
          --timeout TIME   how long at most, such as 90s or 10m; else for ever
          --token-file F   the access token that Entra authentication asks for; - reads it from the input
          --request-id ID  carried to journal and log
          --json           prints JSON
        \(spoolOption)

        Example: knocknoc-entra \(example)

        Status: 0 written, or done; 1 it failed (--wait); 64 usage; 66 no spool; 73 cannot write;
        75 no verdict in time; 77 not permitted.

        """
    }

    static let status = """
        Usage: knocknoc-entra status [--json | --watch] [--config FILE]

        Says whether the worker lives, what waits and for how long, what each location holds of the
        ranges that Entra takes, what should have left and has not, and the last errors.

          --json           all of it as JSON
          --watch          redraws every second
        \(spoolOption)

        Example: knocknoc-entra status --watch

        Status: 0 a worker runs, 69 none does or it is silent, 64 usage, 66 no spool, 77 not permitted.

        """

    static let wait = """
        Usage: knocknoc-entra wait NAME [--timeout TIME] [--config FILE]

        Waits until the item is in done/ or failed/ and prints `done` or the code; the reason goes to
        standard error. NAME is what its producer called the file, or its name in the spool.

          --timeout TIME   how long at most, such as 90s or 10m; else for ever
          --json           prints JSON
        \(spoolOption)

        Example: knocknoc-entra wait grant-alice.json --timeout 2m

        Status: 0 done, 1 failed, 64 usage or more than one such item, 66 no spool or no such item,
        75 no verdict in time, 77 not permitted.

        """

    static let why = """
        Usage: knocknoc-entra why ITEM [--config FILE]

        Says where an item is and why: the note beside a failed one, or what a waiting one waits for.
        ITEM is a name, a path in the spool, or a pattern in quotes.

        \(spoolOption)

        Example: knocknoc-entra why '*alice*'

        Status: 0, 64 usage, 66 no spool or no such item, 77 not permitted.

        """

    static func move(_ command: String, what: String, operands: String, options: String, example: String) -> String {
        """
        Usage: knocknoc-entra \(command) \(operands) [--config FILE]

        \(what)
        ITEM is a name, a path in the spool, or a pattern in quotes.

        \(options)  --json           prints JSON
        \(spoolOption)

        Example: knocknoc-entra \(example)

        Status: 0 all moved, 1 something was not found or could not be moved, 64 usage, 66 no spool,
        77 not permitted.

        """
    }

    static let leases = """
        Usage: knocknoc-entra leases [LOCATION] [--at TIME] [--config FILE]

        Lists who is let in, from the ledgers; with --at, who was then, from the journal: each request
        counts from the time of its verdict.

          --at TIME        such as 2026-11-20T14:00:00Z
          --json           prints JSON
        \(spoolOption)

        Example: knocknoc-entra leases office --at 2026-11-20T14:00:00Z

        Status: 0, 1 nobody, 64 usage, 66 no spool, 77 not permitted.

        """

    static let journal = """
        Usage: knocknoc-entra journal verify [--config FILE]

        Holds the journal against its seals: each batch of lines is followed by a hash over it and over
        the seal before, so that a line changed, removed or put in later shows. Nobody is kept from
        writing a whole new chain: copy the last seal elsewhere, and look for it again.

          --json           prints JSON
        \(spoolOption)

        Example: knocknoc-entra journal verify

        Status: 0 whole, 1 broken, 64 usage, 66 no spool, 77 not permitted.

        """

    static let who = """
        Usage: knocknoc-entra who ADDRESS [--at TIME] [--config FILE]

        Lists the grants by which an address, or any part of a network, is let in; with --at, by which
        it was then. Pinned ranges are in the configuration, not here.

          --at TIME        such as 2026-11-20T14:00:00Z
          --json           prints JSON
        \(spoolOption)

        Example: knocknoc-entra who 203.0.113.7 --at 2026-11-20T14:00:00Z

        Status: 0, 1 nobody, 64 usage, 66 no spool, 77 not permitted.

        """
}

extension Command {
    /// Of the commands that work beside the worker.
    var spoolHelp: String {
        switch self {
        case .status: HelpPages.status
        case .grant:
            HelpPages.submit(
                "grant", usage: "LOCATION ADDRESS… [--user U] [--for 8h | --until TIME]",
                options: """
                      --user U         who it is for
                      --grant-id ID    your own key for this grant
                      --for TIME       how long: 90s, 30m, 8h, 2d; else as long as the location allows
                      --until TIME     its end, such as 2026-11-21T07:00:00Z
                      --starts TIME    its beginning, if not now

                    """, example: "grant office 203.0.113.7 --user alice@example.com --for 8h --wait")
        case .revoke:
            HelpPages.submit(
                "revoke", usage: "LOCATION [ADDRESS…] [--user U] [--grant-id ID]",
                options: """
                      --user U         all that this user has, or the given addresses of it
                      --grant-id ID    the grant of this key

                    """, example: "revoke office --user alice@example.com --wait")
        case .flush:
            HelpPages.submit("flush", usage: "LOCATION", options: "", example: "flush office --wait --timeout 5m")
        case .wait: HelpPages.wait
        case .why: HelpPages.why
        case .retry:
            HelpPages.move(
                "retry", what: "Moves failed items back to incoming/, all of a code or some.",
                operands: "CODE|ITEM… [--older-than TIME]",
                options: "  --older-than TIME  only what failed at least so long ago\n", example: "retry ENTRA052")
        case .hold:
            HelpPages.move(
                "hold", what: "Parks items of incoming/ or failed/ in hold/, where the worker never looks.",
                operands: "ITEM…", options: "", example: "hold 'grant-*.json'")
        case .release:
            HelpPages.move(
                "release", what: "Moves items of hold/ to incoming/.", operands: "ITEM…", options: "",
                example: "release '*'")
        case .leases: HelpPages.leases
        case .who: HelpPages.who
        case .journal: HelpPages.journal
        default: ""
        }
    }
}
