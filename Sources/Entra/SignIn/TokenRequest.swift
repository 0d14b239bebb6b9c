package import Grants

/// How this application asks Entra for a token that Graph takes (client credentials, v2.0 endpoint).
package struct TokenRequest: Hashable, Sendable {
    /// `https://login.microsoftonline.com/TENANT/oauth2/v2.0/token`; an assertion is addressed to it.
    package let endpoint: String
    package let clientId: String
    package let scope: String
    package var timeouts: HTTPRequest.Timeouts

    /// The authority may or may not end with the tenant: both spellings are common.
    package init(
        authority: String,
        tenantId: String,
        clientId: String,
        graph: String,
        timeouts: HTTPRequest.Timeouts = HTTPRequest.Timeouts()
    ) {
        let base = authority.droppingSlashes()
        let tenanted = base.lowercased().hasSuffix("/" + tenantId.lowercased()) ? base : "\(base)/\(tenantId)"
        endpoint = "\(tenanted)/oauth2/v2.0/token"
        self.clientId = clientId
        scope = "\(graph.droppingSlashes())/.default"
        self.timeouts = timeouts
    }

    /// What proves that it is us who ask.
    package enum Proof: Sendable {
        case clientSecret(Secret)
        /// A JSON web token signed by us, or by an identity provider that Entra trusts for us.
        case assertion(Secret)
    }

    package func request(proof: Proof, claims: String?, clientRequestId: String) -> HTTPRequest {
        var fields = [
            (name: "client_id", value: Secret(clientId)), (name: "scope", value: Secret(scope)),
            (name: "grant_type", value: Secret("client_credentials")),
        ]
        switch proof {
        case .clientSecret(let secret): fields.append(("client_secret", secret))
        case .assertion(let assertion):
            fields.append(("client_assertion_type", Secret("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")))
            fields.append(("client_assertion", assertion))
        }
        if let claims { fields.append(("claims", Secret(claims))) }
        let headers = [
            HTTPHeader("client-request-id", clientRequestId), HTTPHeader("return-client-request-id", "true"),
        ]
        return HTTPRequest(.post, endpoint, headers: headers, body: .form(fields), timeouts: timeouts)
    }
}
