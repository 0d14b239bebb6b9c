import Grants

extension Finding {
    /// One finding as a person reads it: what was seen, then what to do.
    func add(to page: inout TextPage) {
        let name = subject.map { "\(check.rawValue) [\($0)]" } ?? check.rawValue
        page.add("\(name): \(code.map { "\($0) " } ?? "")\(seen)", label: verdict.rawValue.padded(to: 9))
        if !advice.isEmpty { page.add(advice, label: "         → ") }
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
    /// Wrapped where a width is given.
    static func text(_ step: Step, _ findings: [Finding], width: Int?) -> String {
        var page = TextPage(width: width ?? .max)
        page.add(step.rawValue, indent: 0)
        for finding in findings { finding.add(to: &page) }
        return page.text
    }

    func summary(width: Int?) -> String {
        let warnings = count(.warning)
        var page = TextPage(width: width ?? .max)
        page.add(
            "\(count(.ok)) ok, \(warnings) \(warnings == 1 ? "warning" : "warnings"), \(count(.failed)) failed, "
                + "\(count(.skipped)) skipped. contrib/docs/doctor.md explains each check by its name.", indent: 0)
        return page.text
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
