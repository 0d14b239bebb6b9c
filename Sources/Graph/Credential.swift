package import GrantCore

/// What this host proves itself with; loaded anew for each token, so that a rotated file needs no restart.
package enum Credential: Sendable {
    case secret(load: @Sendable () throws(AgentError) -> Secret)

    func proof() throws(AgentError) -> TokenRequest.Proof {
        switch self {
        case .secret(let load): .clientSecret(try load())
        }
    }
}
