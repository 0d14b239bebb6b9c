import Grants

extension Finding {
    /// One finding as a person reads it: what was seen, then what to do.
    func add(to page: inout TextPage) {
        let name = subject.map { "\(check.rawValue) [\($0)]" } ?? check.rawValue
        page.add("\(name): \(code.map { "\($0) " } ?? "")\(seen)", label: verdict.rawValue.padded(to: 9))
        if !advice.isEmpty { page.add(advice, label: "         → ") }
    }
}

extension Finding: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("check", check.rawValue)
            json.member("subject", subject)
            json.member("step", check.step.rawValue)
            json.member("verdict", verdict.rawValue)
            json.member("code", code?.rawValue)
            json.member("seen", seen)
            json.member("do", advice.isEmpty ? nil : advice)
            json.member("docs", "contrib/docs/doctor.md#\(check.rawValue)")
        }
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
        JSONWriter.text(isForPeople: true) { json in
            json.object { json in
                json.member("version", Version.number)
                json.member("time", date)
                json.name("summary")
                json.object { json in
                    for verdict in Finding.Grade.allCases { json.member(verdict.rawValue, count(verdict)) }
                }
                json.member("findings", Step.allCases.flatMap(close))
            }
        }
    }
}
