/// Foreign text made fit for one log line: control and format characters become blanks, runs of blanks one, the rest cut.
package func plainText(_ text: String, limit: Int) -> String {
    var result = ""
    var (length, blankIsDue) = (0, false)
    for scalar in text.unicodeScalars {
        if isBlankOrInvisible(scalar) {
            blankIsDue = length > 0
            continue
        }
        guard length < limit else { return result + "…" }
        if blankIsDue {
            result += " "
            length += 1
            blankIsDue = false
        }
        result.unicodeScalars.append(scalar)
        length += 1
    }
    return result
}

/// Blanks, line ends, terminal controls and the bidirectional marks that make a line read as another one.
private func isBlankOrInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .privateUse, .surrogate, .unassigned:
        true
    default: false
    }
}

/// Some gateways put a UTF-8 byte order mark before JSON.
package func withoutByteOrderMark(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
}
