import GrantCore
import Spool

/// `doctor`, and `check --online`: every step between a request file and Entra, one after another.
enum DoctorCommand {
    static func run(_ arguments: Arguments) throws(UsageError) -> ExitCode {
        let order = try Order(arguments)
        let path = SettingsFile.find(given: arguments.configuration)
        let doctor = Doctor { step, findings in
            if !order.isJSON { Output.standard(Findings.text(step, findings)) }
        }
        let result = doctor.run(path)
        Output.standard(
            order.isJSON ? doctor.findings.json(at: doctor.clock.wall()) : "\n" + doctor.findings.summary)
        if let file = order.bundle {
            let bundle = SupportBundle(
                findings: doctor.findings, settings: result.settings, spool: result.spool, configuration: path,
                hasPeople: order.hasPeople, date: doctor.clock.wall())
            guard bundle.write(to: file) else { return .cannotWrite }
        }
        return doctor.findings.exitCode
    }

    /// What the command line asks for.
    private struct Order {
        var isJSON = false
        var bundle: String?
        var hasPeople = false

        init(_ arguments: Arguments) throws(UsageError) {
            var operands = arguments.operands
            for flag in arguments.flags {
                switch flag {
                case "--json": isJSON = true
                case "--online" where arguments.command == "check": break
                case "--with-people": hasPeople = true
                case "--bundle":
                    guard let file = operands.first else { throw UsageError("--bundle needs the path of a file") }
                    bundle = file
                    operands.removeFirst()
                case _ where flag.hasPrefix("--bundle="): bundle = String(flag.dropFirst("--bundle=".count))
                default: _ = try arguments.takeFlagsOnly(["--json", "--bundle", "--with-people"])
                }
            }
            if let stray = operands.first {
                throw UsageError("`\(arguments.command ?? "")` takes no operand: \(stray)")
            }
            if hasPeople, bundle == nil { throw UsageError("--with-people is about --bundle FILE") }
            if arguments.command == "check", bundle != nil { throw UsageError("--bundle goes with `doctor`") }
        }
    }
}

extension Command {
    static let doctorHelp = """
        Usage: knocknoc-entra doctor [--json] [--bundle FILE [--with-people]] [--config FILE]

        Looks at every step between a request file and Entra, in order: configuration, credential, spool,
        DNS, TCP, TLS and who signed the certificate, clock, access token and its permissions, each named
        location, and the policies that refer to it. Each check says what was seen, its code, and what to
        do. It changes nothing, needs no running worker, and asks Microsoft a handful of questions, at
        requestsPerSecond. contrib/docs/doctor.md explains each check by its name.

          --json         one JSON object instead of text
          --bundle FILE  also writes a text file for support: version, these findings, the configuration,
                         counts of the spool and notes of failed requests; no secrets, no tokens
          --with-people  leaves users, addresses and file names in it

        Example: sudo -u knocknoc-entra knocknoc-entra doctor

        Status: 0 all is well, or there are only warnings; 1 a check failed; 64 usage or configuration;
        73 the bundle cannot be written.

        """
}
