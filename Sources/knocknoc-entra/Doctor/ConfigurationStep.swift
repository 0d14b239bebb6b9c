import Grants

/// The configuration as the worker would read it, each mistake and warning under the check that is about it.
struct ConfigurationStep {
    let findings: Findings

    /// Nil where there is none to go on with.
    func run(_ path: String?, now: Timestamp) -> Settings? {
        guard let path else {
            findings.fail(
                .configurationFound, "no configuration found; looked at \(SettingsFile.searched)",
                do: "Copy config/knocknoc-entra.json5 from the sources, or name one with --config FILE.")
            return nil
        }
        do throws(SettingsError) {
            let (settings, warnings) = try Settings.read(path, now: now)
            findings.ok(.configurationFound, path)
            findings.ok(.configurationValid, "no mistakes, \(settings.locations.count) named locations")
            for warning in warnings { report(warning: warning) }
            if !findings.all.contains(where: { $0.check == .configurationWarnings }) {
                findings.ok(.configurationWarnings, "none")
            }
            return settings
        } catch {
            report(error.mistakes, in: error.file)
            return nil
        }
    }

    private func report(_ mistakes: [String], in file: String) {
        let isUnread = mistakes.count == 1 && mistakes[0].hasPrefix("cannot be read:")
        guard !isUnread else {
            findings.fail(
                .configurationFound, "\(file) \(mistakes[0])", do: "Name the right file, or let this user read it.")
            return
        }
        findings.ok(.configurationFound, file)
        for mistake in mistakes {
            if mistake.hasPrefix("entra.caFile") {
                findings.fail(
                    .caBundle, code: .entra003, mistake,
                    do: "Put the PEM certificate of your own or your proxy's CA there.")
            } else if let check = CredentialStep.check(forMistake: mistake) {
                findings.fail(check, code: .entra001, mistake, do: "Correct it, then run the doctor again.")
            } else {
                findings.fail(.configurationValid, mistake, do: "Correct it in \(file).")
            }
        }
        if !findings.hasFailed(.configurationValid) {
            findings.ok(.configurationValid, "no mistakes but those told elsewhere")
        }
        for step in Step.allCases where step != .configuration {
            findings.skipRest(of: step, "not reached: the configuration has mistakes")
        }
    }

    private func report(warning: String) {
        if warning.contains("Secret ID") {
            findings.warn(
                .credentialSecretId, code: .entra001, warning,
                do: "Copy the secret's Value; it is shown only once, so make a new secret if it is gone.")
        } else if warning.contains("blanks around it") {
            findings.warn(.credentialBlanks, warning, do: "Take the blanks out; the worker cuts them meanwhile.")
        } else {
            findings.warn(.configurationWarnings, warning, do: "Correct it, or know why it is so.")
        }
    }
}
