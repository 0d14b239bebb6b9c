import Grants
import Kit

@testable import Entra

let tenantGUID = "11111111-1111-4111-8111-111111111111"
let tokenTime = Timestamp(seconds: 1_795_000_000)

func part(_ text: String) -> String {
    Base64URL.encode(Array(text.utf8))
}

/// Not signed by anybody: for what is judged before a signature.
func unsigned(_ header: String = #"{"typ":"JWT","alg":"RS256","kid":"k1"}"#, _ claims: String = "{}") -> Secret {
    Secret("\(part(header)).\(part(claims)).\(part("signature"))")
}

func claims(_ text: String) throws -> CallerClaims {
    try CallerToken(parsing: unsigned(claims: text)).claims
}

private func unsigned(claims: String) -> Secret {
    unsigned(#"{"typ":"JWT","alg":"RS256","kid":"k1"}"#, claims)
}

/// What parsing refuses it for; nil where it is taken.
func formRefusal(of token: Secret) -> CallerRefusal? {
    do throws(CallerRefusal) {
        _ = try CallerToken(parsing: token)
        return nil
    } catch {
        return error
    }
}
