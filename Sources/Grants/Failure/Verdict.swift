/// Where an item ends: `done/` or `failed/CODE/`.
package enum Verdict: Hashable, Sendable, CustomStringConvertible {
    case done
    case failed(FailureCode)

    package var description: String {
        switch self {
        case .done: "done"
        case .failed(let code): code.rawValue
        }
    }

    /// Reads `description` back.
    package init?(_ text: String) {
        if text == "done" {
            self = .done
        } else if let code = FailureCode(rawValue: text) {
            self = .failed(code)
        } else {
            return nil
        }
    }
}
