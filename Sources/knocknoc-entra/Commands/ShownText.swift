/// Text that others wrote, line by line without what a terminal would obey; blanks in a row stay, since lines are aligned.
func shown(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(withoutControls).joined(separator: "\n")
}

private func withoutControls(_ line: Substring) -> String {
    var result = ""
    for scalar in line.unicodeScalars {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: result += " "
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}
