import FoundationEssentials

extension State {
    mutating func tokenOutcome(_ request: EmulatedRequest, at now: ClockReading) -> Dealt {
        do throws(OAuthError) {
            return Dealt(response: try tokenAnswer(request, at: now))
        } catch {
            return Dealt(response: error.response(to: request, at: now), reason: "AADSTS\(error.number)")
        }
    }

    private mutating func tokenAnswer(_ request: EmulatedRequest, at now: ClockReading) throws(OAuthError)
        -> HTTPResponse
    {
        let form = try tokenForm(request)
        let asked = request.segments.first ?? ""
        guard asked.lowercased() == tenant else {
            throw OAuthError(
                number: 90_002,
                text: "Tenant '\(asked)' not found. Check to make sure you have the correct tenant ID and are signing "
                    + "into the correct cloud. Check with your subscription administrator, this may happen if there "
                    + "are no active subscriptions for the tenant."
            )
        }
        guard let grant = form["grant_type"] else { throw missing("grant_type") }
        guard grant == "client_credentials" else {
            throw OAuthError(
                error: "unsupported_grant_type",
                number: 70_003,
                text: "The app requested an unsupported grant type '\(grant)'."
            )
        }
        guard let clientID = form["client_id"] else { throw missing("client_id") }
        let app = try registered(clientID)
        try checkScope(form["scope"])
        try checkCredential(form, of: app, request: request, at: now)
        return issueToken(to: app, request: request, at: now)
    }

    private func tokenForm(_ request: EmulatedRequest) throws(OAuthError) -> [String: String] {
        guard request.method == "POST" else {
            throw OAuthError(
                number: 900_561,
                text: "The endpoint only accepts POST requests. Received a \(request.method) request."
            )
        }
        guard request["content-type"]?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true else {
            return [:]
        }
        guard var form = formFields(String(decoding: request.body, as: UTF8.self)) else {
            throw OAuthError(
                number: 9_002_313,
                text: "Invalid request. Request is malformed or invalid."
            )
        }
        // RFC 6749, section 2.3.1: both halves are form-encoded before they go into Basic.
        if let basic = request["authorization"], basic.lowercased().hasPrefix("basic "),
            let bytes = Data(base64Encoded: String(basic.dropFirst(6)))
        {
            let halves = String(decoding: bytes, as: UTF8.self).split(separator: ":", maxSplits: 1)
            if halves.count == 2 {
                form["client_id"] = percentDecoded(halves[0], plusIsSpace: true)
                form["client_secret"] = percentDecoded(halves[1], plusIsSpace: true)
            }
        }
        return form
    }

    private func registered(_ clientID: String) throws(OAuthError) -> App {
        guard let app = apps.first(where: { $0.clientID == clientID.lowercased() }) else {
            throw OAuthError(
                error: "unauthorized_client",
                number: 700_016,
                text: "Application with identifier '\(clientID)' was not found in the directory '\(tenant)'. This can "
                    + "happen if the application has not been installed by the administrator of the tenant or "
                    + "consented to by any user in the tenant. You may have sent your authentication request to the "
                    + "wrong tenant."
            )
        }
        if app.isDisabled {
            throw OAuthError(
                error: "unauthorized_client",
                number: 7_000_112,
                text: "Application '\(clientID)' is disabled."
            )
        }
        if app.isServicePrincipalMissing {
            throw OAuthError(
                status: 401,
                error: "invalid_client",
                number: 7_000_229,
                text: "The client application \(clientID) is missing service principal in the tenant \(tenant). See "
                    + "instructions here: https://go.microsoft.com/fwlink/?linkid=2225119"
            )
        }
        return app
    }

    private func checkScope(_ scope: String?) throws(OAuthError) {
        guard let scope else { throw missing("scope") }
        let end = "/.default"
        guard scope.hasSuffix(end), scope.utf8.count > end.utf8.count, !scope.contains(" ") else {
            throw OAuthError(
                error: "invalid_scope",
                number: 70_011,
                text: "The provided request must include a 'scope' input parameter. The provided value for the input "
                    + "parameter 'scope' is not valid. The scope \(scope) is not valid."
            )
        }
        let resource = String(scope.dropLast(end.utf8.count))
        guard settings.resources.isEmpty || settings.resources.contains(resource) else {
            throw OAuthError(
                error: "invalid_resource",
                number: 500_011,
                text: "The resource principal named \(resource) was not found in the tenant named \(tenant). This can "
                    + "happen if the application has not been installed by the administrator of the tenant or "
                    + "consented to by any user in the tenant."
            )
        }
    }

    private func missing(_ field: String) -> OAuthError {
        OAuthError(
            number: 900_144,
            text: "The request body must contain the following parameter: '\(field)'."
        )
    }
}
