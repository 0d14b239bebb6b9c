import FoundationEssentials

extension State {
    /// An answer that is wrong on order; the request itself is not dealt with.
    mutating func spoiled(
        _ action: FaultAction,
        _ request: EmulatedRequest,
        kind: RequestKind,
        at now: ClockReading
    ) -> HTTPResponse {
        switch action {
        case .status(let fault): return ordered(fault, request, kind: kind, at: now)
        case .garbage:
            var response = HTTPResponse.graph(nil)
            response.body = Array(#"{"@odata.context":"https://graph.micro"#.utf8) + [0xFF, 0x00] + Array("}{".utf8)
            return response
        case .html:
            let page = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>"
            let type = EmulatedHeader(name: "Content-Type", value: "text/html; charset=utf-8")
            return HTTPResponse(status: 200, headers: [type], body: Array(page.utf8))
        case .redirect(let location):
            return HTTPResponse(status: 302, headers: [EmulatedHeader(name: "Location", value: location)])
        case .throttle(let retryAfter):
            let header = retryAfter.header(at: now)
            guard kind == .token else { return GraphError.throttled(header).response(to: request, at: now) }
            // "Throttled responses for client credential flows do not have a parsable response" (MSAL).
            var response = HTTPResponse(status: 429, body: Array("Too many requests".utf8))
            response.add("Content-Type", "text/plain")
            if let header { response.headers.append(header) }
            return response
        case .claimsChallenge(let claims, let revokes):
            if revokes, let token = request["authorization"]?.split(separator: " ").last {
                tokens.revoke(String(token))
            }
            let message =
                "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: "
                + "TokenCreatedWithOutdatedPolicies"
            let encoded = Data(claims.bytes).base64EncodedString()
            let challenge =
                #"Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", "#
                + #"error="insufficient_claims", claims="\#(encoded)""#
            return GraphError(
                status: 401,
                code: "InvalidAuthenticationToken",
                message: message,
                headers: [EmulatedHeader(name: "WWW-Authenticate", value: challenge)]
            ).response(to: request, at: now)
        default: return HTTPResponse(status: 500)
        }
    }

    private func ordered(
        _ fault: FaultStatus,
        _ request: EmulatedRequest,
        kind: RequestKind,
        at now: ClockReading
    ) -> HTTPResponse {
        var response: HTTPResponse
        if kind == .token {
            response = OAuthError(
                status: fault.status,
                error: fault.code ?? "temporarily_unavailable",
                number: fault.number ?? 90_033,
                text: fault.message ?? "A transient error has occurred. Please try again.",
                suberror: fault.suberror
            ).response(to: request, at: now)
        } else {
            let code = fault.code ?? (fault.status >= 500 ? "serviceNotAvailable" : "BadRequest")
            response = GraphError(
                status: fault.status,
                code: code,
                message: fault.message ?? GraphError.malformed
            ).response(to: request, at: now)
        }
        if let body = fault.body { response.body = body }
        if fault.isUnsigned { response.headers = [] }
        for header in fault.headers {
            response.headers.removeAll { $0.name.lowercased() == header.name.lowercased() }
            response.headers.append(header)
        }
        return response
    }
}
