/// What `--help` prints.
enum Help {
    static let overview = """
        knocknoc-entra \(Version.number): keeps Microsoft Entra IP named locations equal to who may sign in right now.

        Usage: knocknoc-entra COMMAND [--config FILE]

          run [--once]    the worker; --once settles what waits in the spool and ends
          init            make the spool's folders with the right modes
          check           look through the configuration, naming every mistake at once
          doctor          every step between a request and Entra: what is wrong, and what to do
          what-if USER ADDRESS
                          which policies Entra would apply to a sign-in, and whether a location is the reason
          adopt LOCATION  decide about a list that was in Entra before the first write
          forget LOCATION drop the ledger of a location that left the configuration
          explain CODE    what an ENTRA or SPOOL code means and what to do about it

          status          what waits, what each location holds, what is wrong; --json, --watch
          grant, revoke, flush LOCATION …     put one request in; --wait for its verdict
          wait NAME       until an item has its verdict
          why ITEM        what became of it, or what it waits for
          retry CODE|ITEM…   failed items once more; hold ITEM…, release ITEM… park and let go
          leases, who ADDRESS   who is let in, or was --at a time
          journal verify  whether the audit trail is as it was written

        `knocknoc-entra COMMAND --help` says more. --version prints the version.
        The configuration is found by \(SettingsFile.searched).

        """
}

extension Command {
    var help: String {
        switch self {
        case .run:
            """
            Usage: knocknoc-entra run [--once] [--config FILE]

            Watches the spool, writes the named locations through Microsoft Graph, and moves every
            request to done/ or failed/CODE/. Logs to standard error. SIGTERM and SIGINT stop it in
            order; what has no verdict yet stays in work/ for the next start.

              --once    settle everything that waits, then end: status 0 all done, 1 some failed,
                        69 a removal could not be written (the next run tries again)

            Example: knocknoc-entra run --config /etc/knocknoc-entra/knocknoc-entra.json5

            Status: 0 stopped in order, 64 configuration, 66 no spool, 73 cannot write, 74 I/O error,
            75 another worker has this spool, 77 not permitted.

            """
        case .initialise:
            """
            Usage: knocknoc-entra init [--config FILE]

            Makes the folders of the spool that the configuration names, with their modes, and the
            .spool marker without which the worker refuses to start. Safe to repeat. Where the groups
            entra-submit and entra-ops exist, tmp/ and incoming/ are given to the first, failed/ and
            hold/ to the second.

            Example: sudo -u knocknoc-entra knocknoc-entra init

            """
        case .check:
            """
            Usage: knocknoc-entra check [--online [--json]] [--config FILE]

            Reads the configuration and the secret it points to, and names every mistake with its place.
            Contacts nobody, unless --online asks for the doctor's steps. Status 0 if all is good, 64 if not.

            Example: knocknoc-entra check --config config/knocknoc-entra.json5

            """
        case .doctor: Self.doctorHelp
        case .whatIf: Self.whatIfHelp
        case .adopt:
            """
            Usage: knocknoc-entra adopt LOCATION --replace | --pin | --for TIME [--config FILE]

            A named location that holds ranges which this worker never wrote is not touched, since a
            wrong GUID or a lost ledger would lock people out. This decides what becomes of them:

              --replace    they go at the next write
              --pin        they stay for good, as if pinned in the configuration
              --for TIME   they stay as leases that end: 8h, 30m, 2d

            What was found stands in the spool as ledger/LOCATION.found.

            Example: knocknoc-entra adopt office --for 8h

            """
        case .forget:
            """
            Usage: knocknoc-entra forget LOCATION [--config FILE]

            Drops the ledger of a location that left the configuration. Who is in Entra there stays
            there: to remove people, put the location back and flush it first.

            Example: knocknoc-entra forget old-office

            """
        case .explain:
            """
            Usage: knocknoc-entra explain CODE

            Prints what a code means, how it differs from its neighbours, its causes, and the steps
            that mend it. The code stands in the log, in the name of the failed/ folder and in the
            .why file beside each failed request.

            Example: knocknoc-entra explain ENTRA052

            """
        default: spoolHelp
        }
    }
}
