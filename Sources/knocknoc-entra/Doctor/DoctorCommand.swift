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
        let isJSON: Bool
        let bundle: String?
        let hasPeople: Bool

        init(_ arguments: Arguments) throws(UsageError) {
            let isCheck = arguments.command == "check"
            let options = try CommandOptions(
                arguments, flags: isCheck ? ["--online", "--json"] : ["--json", "--with-people"],
                values: isCheck ? [] : ["--bundle"])
            if let stray = options.operands.first {
                throw UsageError("`\(arguments.command ?? "")` takes no operand: \(stray)")
            }
            isJSON = options.flags.contains("--json")
            hasPeople = options.flags.contains("--with-people")
            bundle = options.values["--bundle"]
            if hasPeople, bundle == nil { throw UsageError("--with-people is about --bundle FILE") }
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
