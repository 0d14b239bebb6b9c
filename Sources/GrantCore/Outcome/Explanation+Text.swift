extension Explanation {
    /// The page that `explain CODE` prints, at most 78 columns wide.
    package var text: String {
        var page = Page()
        page.add(code.title, label: "\(code)  ", indent: 0)
        page.section("Meaning")
        page.add(meaning)
        page.section("Not to be confused with")
        for other in differsFrom {
            page.add(other.how, label: "\(other.code)  ")
        }
        page.section("Causes")
        for cause in causes {
            page.add(cause, label: "- ")
        }
        page.section("Steps")
        for (index, step) in steps.enumerated() {
            page.add(step, label: "\(index + 1). ")
        }
        page.section("What the worker does")
        page.add(thenWhat)
        return page.lines.joined(separator: "\n") + "\n"
    }
}

/// Lines of text under construction: prose is wrapped, commands stay whole.
private struct Page {
    private(set) var lines: [String] = []
    private let width = 78

    mutating func section(_ title: String) {
        lines.append("")
        lines.append(title)
    }

    /// Adds `text` with `label` hanging before its first line.
    mutating func add(_ text: String, label: String = "", indent: Int = 2) {
        let margin = String(repeating: " ", count: indent + label.count)
        var line = String(repeating: " ", count: indent) + label
        var isEmpty = true
        func flush(into lines: inout [String]) {
            if !isEmpty { lines.append(line) }
            line = margin
            isEmpty = true
        }
        for source in text.split(separator: "\n") {
            guard !source.hasPrefix("$ ") else {
                flush(into: &lines)
                lines.append(margin + "    " + source.dropFirst(2))
                continue
            }
            for word in source.split(separator: " ") {
                if !isEmpty && line.count + 1 + word.count > width { flush(into: &lines) }
                line += isEmpty ? String(word) : " " + word
                isEmpty = false
            }
        }
        flush(into: &lines)
    }
}
