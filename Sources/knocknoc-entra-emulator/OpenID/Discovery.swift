import FoundationEssentials

extension State {
    var issuerV1: String { "https://sts.windows.net/\(tenant)/" }
    var issuerV2: String { "https://login.microsoftonline.com/\(tenant)/v2.0" }

    mutating func openIDOutcome(_ request: EmulatedRequest, kind: RequestKind, at now: ClockReading) -> Dealt {
        let path = request.segments.map { $0.lowercased() }
        guard request.method == "GET" else { return Dealt(response: HTTPResponse(status: 405)) }
        guard path.first == tenant || (kind == .keys && path.first == "common") else {
            let error = OAuthError(
                error: "invalid_tenant",
                number: 90_002,
                text: "Tenant '\(request.segments.first ?? "")' not found. Check to make sure you have the correct "
                    + "tenant ID and are signing into the correct cloud."
            )
            return Dealt(response: error.response(to: request, at: now), reason: "AADSTS90002")
        }
        let isV2 = path.contains("v2.0")
        var response = kind == .keys ? keySet(isV2: isV2) : discovery(request, isV2: isV2)
        response.add("Cache-Control", "max-age=86400, private")
        return Dealt(response: response)
    }

    private func discovery(_ request: EmulatedRequest, isV2: Bool) -> HTTPResponse {
        let root = request.base + "/" + tenant
        let version = isV2 ? "/v2.0" : ""
        return HTTPResponse(json: [
            "token_endpoint": .string(root + "/oauth2" + version + "/token"),
            "token_endpoint_auth_methods_supported": [
                "client_secret_post", "private_key_jwt", "client_secret_basic",
            ],
            "jwks_uri": .string(root + "/discovery" + version + "/keys"),
            "response_modes_supported": ["query", "fragment", "form_post"], "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": .string(isV2 ? issuerV2 : issuerV1), "request_uri_parameter_supported": false,
            "authorization_endpoint": .string(root + "/oauth2" + version + "/authorize"),
            "tenant_region_scope": "EU", "cloud_instance_name": "microsoftonline.com",
            "cloud_graph_host_name": "graph.windows.net", "msgraph_host": "graph.microsoft.com",
        ])
    }

    private mutating func keySet(isV2: Bool) -> HTTPResponse {
        let keys = (keyRing()?.published ?? []).map { key -> JSON in
            let common: JSON = [
                "kty": "RSA", "use": "sig", "kid": .string(key.id), "x5t": .string(key.id),
                "n": .string(base64URL(key.modulus)), "e": .string(base64URL(key.exponent)),
                "x5c": [.string(Data(key.certificateDER).base64EncodedString())],
            ]
            return isV2 ? common.changed(by: ["issuer": .string(issuerV2)]) : common
        }
        return HTTPResponse(json: ["keys": .array(keys)])
    }
}
