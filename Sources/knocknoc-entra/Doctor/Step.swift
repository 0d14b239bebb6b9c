/// The doctor's steps in their order; each needs what the ones before it found.
enum Step: String, CaseIterable {
    case configuration = "Configuration"
    case credential = "Credential"
    case spool = "Spool"
    case network = "Network: DNS, TCP, TLS"
    case clock = "Clock"
    case token = "Access token"
    case keys = "Keys for Entra authentication"
    case locations = "Named locations"
    case policies = "Conditional Access policies"
    case pace = "Pace"

    var checks: [Check] { Check.allCases.filter { $0.step == self } }
}
