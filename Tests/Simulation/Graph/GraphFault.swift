import Entra

/// Something that is to go wrong with the next requests of a kind.
struct GraphFault: CustomStringConvertible {
    enum Target: String, CaseIterable {
        case token
        case get
        case patch
        case any

        func matches(_ kind: Target) -> Bool { self == .any || self == kind }
    }

    /// Whether a request that gets no answer is carried out.
    enum Effect: CustomStringConvertible {
        case none
        case atOnce
        /// So much later, also when something newer is there already.
        case late(Duration)

        var description: String {
            switch self {
            case .none: "not carried out"
            case .atOnce: "carried out"
            case .late(let delay): "lands \(delay) later"
            }
        }
    }

    enum Action: CustomStringConvertible {
        case status(Int, retryAfter: Int?, Effect)
        /// No answer until the request gives up.
        case silence(Effect)
        case reset(Effect)
        /// The connection never came about.
        case unreachable
        /// A page of some portal, with status 200.
        case page
        /// Carried out twice, the second time so much later.
        case doubled(Duration)
        case slow(Duration)
        /// A read that shows the list before the last write.
        case stale

        var description: String {
            switch self {
            case .status(let status, let wait, let effect):
                "\(status)" + (wait.map { " Retry-After \($0)" } ?? "") + ", \(effect)"
            case .silence(let effect): "no answer, \(effect)"
            case .reset(let effect): "reset, \(effect)"
            case .unreachable: "unreachable"
            case .page: "a page"
            case .doubled(let delay): "carried out twice, \(delay) apart"
            case .slow(let delay): "answered after \(delay)"
            case .stale: "stale"
            }
        }
    }

    let target: Target
    var times: Int
    let action: Action

    var description: String { "Graph: the next \(times) \(target.rawValue) requests: \(action)" }
}
