import Linux

/// `doctor`, and `check --online`: every step between a request file and Entra, one after another.
enum DoctorCommand {
    static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
        if arguments.has(.withPeople), !arguments.has(.bundle) {
            throw Complaint(
                "--with-people is about the bundle", why: "none is asked for", do: "Add --bundle FILE, or leave it out."
            )
        }
        let path = SettingsFile.find(given: arguments.configuration)
        var obstacle: Complaint?
        let doctor = Doctor { step, findings in
            guard !arguments.wantsJSON, obstacle == nil else { return }
            do throws(Complaint) {
                try Answer.give(Findings.text(step, findings, width: Terminal.width))
            } catch {
                obstacle = error
            }
        }
        let result = doctor.run(path)
        if let obstacle { throw obstacle }
        try Answer.give(
            arguments.wantsJSON
                ? doctor.findings.json(at: doctor.clock.wall())
                : "\n" + doctor.findings.summary(width: Terminal.width))
        if let file = arguments.value(.bundle) {
            let bundle = SupportBundle(
                findings: doctor.findings, settings: result.settings, spool: result.spool, configuration: path,
                hasPeople: arguments.has(.withPeople), date: doctor.clock.wall())
            try bundle.write(to: file)
        }
        return doctor.findings.exitCode
    }
}
