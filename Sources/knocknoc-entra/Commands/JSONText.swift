import FoundationEssentials

/// A JSON array of strings.
func jsonList(_ texts: [String]) -> String {
    "[" + texts.map(jsonText).joined(separator: ",") + "]"
}

/// A JSON object of values that are JSON already.
func jsonObject(_ fields: [(String, String)]) -> String {
    "{" + fields.map { "\(jsonText($0.0)):\($0.1)" }.joined(separator: ",") + "}"
}

/// A whole answer in JSON, a field a line.
func jsonPage(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return visible(String(decoding: try encoder.encode(value), as: UTF8.self)) + "\n"
}

/// JSON with what a terminal would obey, or what turns a line around, as `\uXXXX`; line ends stay.
private func visible(_ json: String) -> String {
    var result = ""
    for scalar in json.unicodeScalars {
        switch scalar.properties.generalCategory {
        case .control where scalar == "\n": result += "\n"
        case .control, .format, .lineSeparator, .paragraphSeparator:
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            }
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}
