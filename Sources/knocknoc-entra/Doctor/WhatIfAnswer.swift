import Entra
import Grants

/// The evaluator's answer, policy by policy, with the configured locations that a policy names.
struct WhatIfAnswer {
    let whatIf: WhatIf
    /// As it was asked for.
    let user: String
    let outcomes: [PolicyOutcome]
    /// Names of the configured locations by their ids.
    let locations: [String: String]

    var text: String {
        var text = "\(SafeText.line(user, limit: 120)) from \(whatIf.address.addressText) to \(whatIf.application):\n"
        for outcome in outcomes.sorted(by: { $0.applies && !$1.applies }) { text += line(outcome) }
        if outcomes.isEmpty { text += "  the tenant has no policies\n" }
        return text + """
            \(conclusion)
            Asked without country, device, client and risk: policies that need one of them cannot be judged. What a
            worker has just written may not be in this answer yet.

            """
    }

    private func line(_ outcome: PolicyOutcome) -> String {
        let policy = outcome.policy
        let verdict = outcome.applies ? "applies       " : "does not apply"
        var notes = ["\(policy.state)"]
        if !outcome.controls.isEmpty { notes.append("asks for \(outcome.controls.joined(separator: " and "))") }
        if !outcome.applies { notes.append(because(outcome.reasons)) }
        let included = named(policy.included)
        let excluded = named(policy.excluded)
        if !included.isEmpty { notes.append("includes \(included)") }
        if !excluded.isEmpty { notes.append("excludes \(excluded)") }
        return "  \(verdict)  \"\(policy.name)\": \(notes.joined(separator: ", "))\n"
    }

    private func because(_ reasons: String) -> String {
        switch reasons {
        case "location": "because of the location"
        case "policyNotEnabled": "because it is not on"
        case "notSet": "for a reason that was not given"
        default: "because of \(reasons)"
        }
    }

    private func named(_ ids: Set<String>) -> String {
        ids.compactMap { locations[$0] ?? ($0 == "AllTrusted" ? "all trusted locations" : nil) }.sorted()
            .joined(separator: " and ")
    }

    private var conclusion: String {
        let spared = outcomes.count { !$0.applies && $0.reasons.contains("location") }
        let applied = outcomes.count { $0.applies && $0.policy.state == .on }
        let reason =
            spared == 0
            ? "the location keeps none of them away"
            : "the location is why \(spared) \(spared == 1 ? "does" : "do") not"
        return "Of \(outcomes.count) policies \(applied) that \(applied == 1 ? "is" : "are") on would apply; \(reason)."
    }

    var json: String {
        JSONWriter.object { json in
            json.member("user", whatIf.user.description)
            json.member("address", whatIf.address.addressText)
            json.member("application", whatIf.application.description)
            json.name("policies")
            json.array { json in
                for outcome in outcomes { json.object { write(outcome, to: &$0) } }
            }
        }
    }

    private func write(_ outcome: PolicyOutcome, to json: inout JSONWriter) {
        json.member("policy", outcome.policy.name)
        json.member("state", outcome.policy.state.description)
        json.member("applies", outcome.applies)
        json.member("reasons", outcome.reasons)
        json.member("controls", outcome.controls)
        json.member("locations", outcome.policy.mentioned.compactMap { locations[$0] }.sorted())
    }
}
