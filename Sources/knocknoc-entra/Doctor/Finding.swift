import Grants

/// What one check came to.
struct Finding {
    enum Grade: String, CaseIterable {
        case ok
        case warning
        case failed
        case skipped
    }

    let check: Check
    /// Which location or host, where a check is made of several.
    let subject: String?
    let verdict: Grade
    let code: FailureCode?
    let seen: String
    /// What to do about it; empty where nothing is to be done.
    let advice: String
}
