/// The clocks of client and server may differ by so much.
private let skew = 300.0

extension State {
    /// A JWT instead of a secret: signed with a registered certificate, or issued by a trusted provider.
    mutating func checkAssertion(
        _ assertion: String,
        of app: App,
        request: EmulatedRequest,
        at now: ClockReading
    ) throws(OAuthError) {
        if app.federatedTokens.contains(assertion) { return }
        guard let token = JWT(assertion) else { throw refusal(50_027, "JWT token is invalid or malformed.") }
        guard token.claims["iss"]?.text?.lowercased() == app.clientID else {
            throw refusal(70_021, "No matching federated identity record found for presented assertion.")
        }
        try checkSignature(of: token, app)
        try checkClaims(of: token, app, request: request, at: now)
    }

    private func checkSignature(of token: JWT, _ app: App) throws(OAuthError) {
        let header = token.header
        let named = header["x5t#S256"]?.text ?? header["x5t"]?.text ?? header["kid"]?.text ?? ""
        func failure(_ reason: String) -> OAuthError {
            refusal(
                700_027,
                "Client assertion failed signature validation. [Reason - \(reason), Thumbprint of key used by client: "
                    + "'\(named)', Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see "
                    + "configured keys for app Id '\(app.clientID)'.]"
            )
        }
        guard let algorithm = SignatureAlgorithm(rawValue: header["alg"]?.text ?? "") else {
            throw failure("The algorithm is not supported.")
        }
        guard let certificate = app.certificates.first(where: { matches($0, header, algorithm) }) else {
            throw failure("The key was not found.")
        }
        guard algorithm.isValid(signature: token.signature, of: token.signed, certificate: certificate) else {
            throw failure("The provided signature value did not match the expected signature value.")
        }
    }

    /// PS256 goes with the SHA-256 thumbprint, RS256 with the SHA-1 one (as `x5t` or `kid`), padded or not.
    private func matches(_ certificate: [UInt8], _ header: JSON, _ algorithm: SignatureAlgorithm) -> Bool {
        let (named, thumbprint) =
            switch algorithm {
            case .ps256: (header["x5t#S256"]?.text, base64URL(Digester.sha256(certificate)))
            case .rs256:
                (header["x5t"]?.text ?? header["kid"]?.text, base64URL(Digester.sha1(certificate)))
            }
        return named == thumbprint || named == thumbprint + "="
    }

    private mutating func checkClaims(
        of token: JWT,
        _ app: App,
        request: EmulatedRequest,
        at now: ClockReading
    ) throws(OAuthError) {
        let endpoint = "/\(tenant)/oauth2/v2.0/token"
        let audiences = ["https://login.microsoftonline.com" + endpoint, request.base + endpoint]
        guard let audience = token.claims["aud"]?.text, audiences.contains(audience) else {
            throw refusal(
                50_012,
                "Client assertion audience claim does not match Realm issuer. Review the documentation at "
                    + "https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials."
            )
        }
        guard token.claims["sub"]?.text?.lowercased() == app.clientID else {
            throw refusal(
                700_021,
                "Client assertion application identifier doesn't match 'client_id' parameter."
            )
        }
        guard let id = token.claims["jti"]?.text, !id.isEmpty, let expiry = token.time("exp") else {
            throw refusal(50_027, "JWT token is invalid or malformed.")
        }
        let start = token.time("nbf") ?? 0
        let current = Double(now.seconds)
        guard start <= current + skew, expiry >= current - skew else {
            throw refusal(
                700_024,
                "Client assertion is not within its valid time range. Current time: \(now.zonelessText)Z, assertion "
                    + "valid from \(timeText(start)), expiry time of assertion \(timeText(expiry))."
            )
        }
        guard usedAssertions.insert(id).inserted || !settings.refusesReusedAssertions else {
            throw refusal(700_024, "Client assertion '\(id)' has been used before.")
        }
    }

    private func timeText(_ seconds: Double) -> String {
        let whole = Int(max(0, min(seconds, 253_402_300_799)))
        return ClockReading(seconds: whole, nanoseconds: 0, monotonic: 0).zonelessText + "Z"
    }
}
