extension State {
    /// A secret, a certificate's assertion or a federated one.
    mutating func checkCredential(
        _ form: [String: String],
        of app: App,
        request: EmulatedRequest,
        at now: ClockReading
    ) throws(OAuthError) {
        if form["client_assertion"] != nil || form["client_assertion_type"] != nil {
            guard let assertion = form["client_assertion"], !assertion.isEmpty,
                form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            else {
                throw refusal(
                    7_000_218,
                    "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
                )
            }
            return try checkAssertion(assertion, of: app, request: request, at: now)
        }
        guard let secret = form["client_secret"], !secret.isEmpty else {
            throw refusal(
                7_000_216,
                "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type."
            )
        }
        guard let known = app.secrets.first(where: { $0.value == secret }) else {
            throw refusal(
                7_000_215,
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
                    + "value, not the client secret ID, for a secret added to app '\(app.clientID)'."
            )
        }
        guard !known.isExpired else {
            throw refusal(
                7_000_222,
                "The provided client secret keys for app '\(app.clientID)' are expired. Visit the Azure portal to "
                    + "create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate "
                    + "credentials for added security: https://aka.ms/certCreds."
            )
        }
    }
}

/// The token endpoint does not believe who the client is.
func refusal(_ number: Int, _ text: String) -> OAuthError {
    OAuthError(status: 401, error: "invalid_client", number: number, text: text)
}
