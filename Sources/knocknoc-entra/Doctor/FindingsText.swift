import GrantCore

extension Finding {
    /// One finding as a person reads it: what was seen, then what to do.
    var text: String {
        let name = subject.map { "\(check.rawValue) [\($0)]" } ?? check.rawValue
        let mark = verdict.rawValue + String(repeating: " ", count: max(0, 9 - verdict.rawValue.count))
        var text = "  \(mark)\(name): \(code.map { "\($0) " } ?? "")\(seen)\n"
        if !advice.isEmpty { text += "           → \(advice)\n" }
        return text
    }

    var json: String {
        let fields: [(String, String?)] = [
            ("check", jsonText(check.rawValue)), ("subject", subject.map(jsonText)),
            ("step", jsonText(check.step.rawValue)), ("verdict", jsonText(verdict.rawValue)),
            ("code", code.map { jsonText($0.rawValue) }), ("seen", jsonText(seen)),
            ("do", advice.isEmpty ? nil : jsonText(advice)),
            ("docs", jsonText("contrib/docs/doctor.md#\(check.rawValue)")),
        ]
        return "{" + fields.compactMap { name, value in value.map { "\(jsonText(name)):\($0)" } }.joined(separator: ",")
            + "}"
    }
}

extension Findings {
    static func text(_ step: Step, _ findings: [Finding]) -> String {
        "\(step.rawValue)\n" + findings.map(\.text).joined()
    }

    var summary: String {
        let warnings = count(.warning)
        return "\(count(.ok)) ok, \(warnings) \(warnings == 1 ? "warning" : "warnings"), \(count(.failed)) failed, "
            + "\(count(.skipped)) skipped. contrib/docs/doctor.md explains each check by its name.\n"
    }

    func json(at date: Timestamp) -> String {
        let findings = Step.allCases.flatMap(close).map(\.json).joined(separator: ",\n  ")
        let summary = [Finding.Verdict.ok, .warning, .failed, .skipped]
            .map { "\(jsonText($0.rawValue)):\(count($0))" }.joined(separator: ",")
        return """
            {"version":\(jsonText(Version.number)),"time":\(jsonText(date.description)),"summary":{\(summary)},
             "findings":[
              \(findings)
             ]}

            """
    }
}
