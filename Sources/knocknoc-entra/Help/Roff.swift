/// A page for man(1) under construction, in the macros of man(7).
struct Roff {
    private(set) var text = ""

    mutating func title(_ name: String, section: Int) {
        line(
            ".TH \(name) \(section) \(Version.date) \"knocknoc\\-entra \(Version.number)\" \"System Manager's Manual\"")
        // Words are copied from here: none is hyphenated, none torn apart.
        line(".nh")
        line(".ad l")
    }

    mutating func section(_ title: String) { line(".SH \(title)") }

    mutating func subsection(_ title: String) { line(".SS \(Self.escaped(title))") }

    mutating func paragraph(_ words: String) {
        // One directly below a heading would be empty.
        if !text.hasSuffix(lastHeading) { line(".PP") }
        wrap(Self.marked(words))
    }

    /// A line of usage; its parts stay whole.
    mutating func usage(_ parts: [String]) {
        for (index, part) in parts.enumerated() {
            let whole = Self.escaped(part).replacing(" ", with: "\\ ")
            line(index == 0 ? ".B \(whole)" : whole)
        }
    }

    mutating func term(_ label: String, _ words: String) {
        line(".TP")
        line("\\fB\(label.contains("\\f") ? label : Self.escaped(label))\\fR")
        wrap(Self.marked(words))
    }

    mutating func verbatim(_ lines: [String]) {
        line(".RS 4")
        line(".nf")
        for each in lines { line(Self.escaped(each)) }
        line(".fi")
        line(".RE")
    }

    /// One of roff's own.
    mutating func line(_ source: String) { text += source + "\n" }

    static func label(_ option: CommandOption) -> String {
        let names = ([option.short, option.name.rawValue]).compactMap(\.self).map(escaped).joined(
            separator: "\\fR, \\fB")
        return names + (option.value.map { "\\fR \\fI\(escaped($0.name))" } ?? "\\fR")
    }

    private var lastHeading: String {
        let last = text.dropLast().split(separator: "\n").last.map(String.init) ?? ""
        return last.hasPrefix(".S") ? last + "\n" : "\u{0}"
    }

    private mutating func wrap(_ words: String) {
        var page = TextPage(width: 76)
        page.add(words, indent: 0)
        for each in page.lines {
            let isRequest = each.hasPrefix(".") || each.hasPrefix("'")
            line((isRequest ? "\\&" : "") + each)
        }
    }

    /// What stands between backticks is bold.
    private static func marked(_ text: String) -> String {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .map { $0 % 2 == 0 ? escaped(String($1)) : "\\fB\(escaped(String($1)))\\fR" }.joined()
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "'": result += "\\(aq"
            case "`": result += "\\(ga"
            case "^": result += "\\(ha"
            case "~": result += "\\(ti"
            case "…": result += "..."
            case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
            default: result += "\\[u" + String(scalar.value, radix: 16, uppercase: true) + "]"
            }
        }
        return result
    }
}
