/// knocknoc-entra(8), made from the pages of the commands.
enum ManualPage {
    static var text: String {
        var page = Roff()
        page.title("KNOCKNOC-ENTRA", section: 8)
        page.section("NAME")
        page.line("knocknoc\\-entra \\- keep Microsoft Entra named locations equal to who may sign in")
        page.section("SYNOPSIS")
        page.line("\\fBknocknoc\\-entra\\fR \\fICOMMAND\\fR [\\fB\\-\\-config\\fR \\fIFILE\\fR] ...")
        page.section("DESCRIPTION")
        for paragraph in description { page.paragraph(paragraph) }
        page.section("OPTIONS")
        for option in CommandOption.beforeCommand { page.term(Roff.label(option), option.text) }
        page.section("COMMANDS")
        for command in Command.allCases { add(command, to: &page) }
        page.section("EXIT STATUS")
        page.paragraph("Those of sysexits.h where it has one; each command lists what they mean there.")
        for code in ExitCode.allCases { page.term(String(code.rawValue), code.meaning) }
        page.section("SIGNALS")
        page.term("SIGTERM, SIGINT", "The worker stops in order.")
        page.term("SIGHUP", "The worker reads its configuration again; one with mistakes is refused.")
        page.section("ENVIRONMENT")
        page.term(SettingsFile.variable, "The configuration, where --config does not name one.")
        page.term("NO_COLOR", "If it is not empty, there are no colours; nor are there outside a terminal.")
        page.section("FILES")
        page.term(
            "/etc/knocknoc-entra/knocknoc-entra.json5",
            "The configuration, where neither names one nor ./config has it.")
        page.term(
            "SPOOL/incoming, SPOOL/done/DAY, SPOOL/failed/CODE",
            "Requests waiting, settled well, and settled badly, each with a .why beside it.")
        page.section("SEE ALSO")
        page.line(".BR systemctl (1),")
        page.line(".BR journalctl (1)")
        return page.text
    }

    private static let description = [
        """
        Requests to let somebody in, or no longer, arrive as JSON files in a spool folder. The worker claims them, \
        rewrites the IP ranges of the named location through Microsoft Graph with one PATCH for all that waits, and \
        moves each file to done/ or to failed/CODE/. The folder is the verdict. Failed items are retried by moving them \
        back, with `retry` or with `mv`.
        """
    ]

    private static func add(_ command: Command, to page: inout Roff) {
        let about = command.page
        page.subsection(command.rawValue)
        page.usage(about.usage(of: command))
        for paragraph in about.paragraphs { page.paragraph(paragraph) }
        for option in about.options.flatMap(\.alternatives) { page.term(Roff.label(option), option.text) }
        page.paragraph("Exit status:")
        for (code, meaning) in about.allStatuses { page.term(String(code.rawValue), meaning) }
        page.paragraph(about.examples.count == 1 ? "Example:" : "Examples:")
        page.verbatim(about.examples)
    }
}
