extension State {
    mutating func issueToken(to app: App, request: EmulatedRequest, at now: ClockReading) -> HTTPResponse {
        let lifetime = settings.tokenLifetime
        // Real tokens are backdated by five minutes and live a second longer than they say.
        let claims: JSON = [
            "aud": "https://graph.microsoft.com", "iss": .string("https://sts.windows.net/\(tenant)/"),
            "iat": .whole(now.seconds - 300), "nbf": .whole(now.seconds - 300),
            "exp": .whole(now.seconds + lifetime + 1), "appid": .string(app.clientID), "appidacr": "1",
            "idtyp": "app", "oid": .string(app.objectID), "sub": .string(app.objectID), "tid": .string(tenant),
            "ver": "1.0", "uti": .string(base64URL(randomBytes(16))),
        ]
        // Without consent there is no such claim, rather than an empty one.
        let granted: JSON = app.roles.isEmpty ? [:] : ["roles": .texts(app.roles)]
        let header: JSON = [
            "typ": "JWT", "nonce": .string(base64URL(randomBytes(32))), "alg": "RS256", "kid": "not-for-you",
        ]
        // A Graph token cannot be verified by its client, whatever it looks like.
        let text = [header.bytes, claims.changed(by: granted).bytes, randomBytes(256)].map { base64URL($0) }.joined(
            separator: "."
        )
        tokens.add(
            text,
            TokenStore.Token(
                clientID: app.clientID,
                roles: Set(app.roles),
                expires: now.monotonic + Double(lifetime)
            ),
            at: now
        )
        let expires: JSON = settings.expiresInAsText ? .string(String(lifetime)) : .whole(lifetime)
        var response = HTTPResponse(json: [
            "token_type": "Bearer", "expires_in": expires, "ext_expires_in": expires, "access_token": .string(text),
        ])
        response.addTokenHeaders(request)
        return response
    }
}

extension App {
    /// The service principal's id, made up from the client id.
    var objectID: String { "0b" + clientID.dropFirst(2) }
}

func randomBytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255) }
}
