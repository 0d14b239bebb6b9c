/// Lines of text under construction: prose is wrapped, commands stay whole.
package struct TextPage {
    package private(set) var lines: [String] = []
    private let width: Int

    package init(width: Int = 78) {
        self.width = max(width, 12)
    }

    package var text: String { lines.map { $0 + "\n" }.joined() }

    package mutating func section(_ title: String) {
        lines.append("")
        add(title, indent: 0)
    }

    /// Adds `text` with `label` hanging before its first line; a line that begins with `$ ` is a command.
    package mutating func add(_ text: String, label: String = "", indent: Int = 2) {
        let first = String(repeating: " ", count: indent) + label
        // Where the label leaves no room beside it, the text goes below it.
        let isBeside = first.count <= width / 2
        if !isBeside { add(label, indent: indent) }
        let margin = String(repeating: " ", count: isBeside ? first.count : min(indent + 4, width / 3))
        var line = isBeside ? first : margin
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
            for word in source.split(separator: " ").flatMap({ pieces(of: $0, atMost: width - margin.count) }) {
                if !isEmpty && line.count + 1 + word.count > width { flush(into: &lines) }
                line += isEmpty ? String(word) : " " + word
                isEmpty = false
            }
        }
        flush(into: &lines)
    }

    /// A word that no line can hold is broken.
    private func pieces(of word: Substring, atMost limit: Int) -> [Substring] {
        var (pieces, rest) = ([Substring](), word)
        while rest.count > limit {
            pieces.append(rest.prefix(limit))
            rest = rest.dropFirst(limit)
        }
        return pieces + [rest]
    }
}
