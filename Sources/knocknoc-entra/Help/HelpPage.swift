import Linux

/// What `--help` prints, at most as wide as the terminal.
enum HelpPage {
    private static var width: Int { min(Terminal.width ?? 80, 80) }

    static var overview: String {
        var page = TextPage(width: width)
        page.add(
            "keeps Microsoft Entra IP named locations equal to who may sign in right now",
            label: "knocknoc-entra \(Version.number): ", indent: 0)
        page.section("Usage: knocknoc-entra COMMAND [--config FILE]")
        page.section("Commands:")
        table(Command.allCases.map { ($0.rawValue, $0.page.summary) }, in: &page)
        page.section("Options:")
        table(CommandOption.beforeCommand.map(row), in: &page)
        page.section("`knocknoc-entra COMMAND --help` says more, with examples and exit statuses.")
        return page.text
    }

    static func text(of command: Command) -> String {
        let about = command.page
        var page = TextPage(width: width)
        // A blank within a part would be a place to break.
        let parts = about.usage(of: command).map { $0.replacing(" ", with: "\u{A0}") }
        page.add(parts.dropFirst().joined(separator: " "), label: "Usage: \(parts[0]) ", indent: 0)
        for paragraph in about.paragraphs {
            page.section("")
            page.add(paragraph, indent: 0)
        }
        page.section("Options:")
        table(about.allOptions.map(row), in: &page)
        page.section(about.examples.count == 1 ? "Example:" : "Examples:")
        for example in about.examples { page.add("$ \(example)", indent: 0) }
        page.section("Exit status:")
        table(about.allStatuses.map { (String($0.code.rawValue), $0.meaning) }, in: &page)
        return page.text.replacing("\u{A0}", with: " ")
    }

    private static func row(_ option: CommandOption) -> (String, String) {
        ((option.short.map { "\($0), " } ?? "") + option.usage, option.text)
    }

    private static func table(_ rows: [(String, String)], in page: inout TextPage) {
        let column = (rows.map(\.0.count).max() ?? 0) + 2
        for (label, text) in rows { page.add(text, label: label.padded(to: column)) }
    }
}

extension String {
    /// With blanks behind it up to a width.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
