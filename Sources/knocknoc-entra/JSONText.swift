/// A JSON array of strings.
func jsonList(_ texts: [String]) -> String {
    "[" + texts.map(jsonText).joined(separator: ",") + "]"
}

/// A JSON object of values that are JSON already.
func jsonObject(_ fields: [(String, String)]) -> String {
    "{" + fields.map { "\(jsonText($0.0)):\($0.1)" }.joined(separator: ",") + "}"
}
