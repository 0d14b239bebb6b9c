extension State {
    /// A token as a caller of the daemon would bring it, right or wrong as ordered.
    mutating func mint(_ order: JSON, at now: ClockReading) throws(ControlError) -> JSON {
        let version = order["version"]?.whole ?? 2
        guard version == 1 || version == 2 else { throw ControlError("version is 1 or 2") }
        let name = order["key"]?.text ?? "current"
        guard let ring = keyRing() else { throw ControlError("no keys could be made") }
        guard let key = ring.key(named: name) else {
            throw ControlError("key is current, old (after a roll) or foreign, not '\(name)'")
        }
        var claims = version == 1 ? claimsV1(now) : claimsV2(now)
        for (claim, offset) in [("exp", "expiresIn"), ("nbf", "validIn"), ("iat", "issuedIn")] {
            guard let seconds = order[offset]?.whole else { continue }
            claims = claims.changed(by: .object([JSON.Member(key: claim, value: .whole(now.seconds + seconds))]))
        }
        claims = claims.changed(by: order["claims"] ?? [:], without: order["removed"]?.texts ?? [])
        let algorithm = order["alg"]?.text ?? "RS256"
        let base: JSON = ["typ": "JWT", "alg": .string(algorithm), "kid": .string(key.id)]
        let header = base.changed(by: version == 1 ? ["x5t": .string(key.id)] : [:])
            .changed(by: order["header"] ?? [:], without: order["removedHeader"]?.texts ?? [])
        guard let text = JWT.text(header: header, claims: claims, sign: { signature(algorithm, of: $0, by: key) })
        else {
            throw ControlError("alg is RS256, PS256, HS256 or none, not '\(algorithm)'")
        }
        return ["token": .string(text), "header": header, "claims": claims]
    }

    /// HS256 is keyed with the public modulus: the classic forgery, which a verifier must not fall for.
    private func signature(_ algorithm: String, of text: [UInt8], by key: RSAKey) -> [UInt8]? {
        switch algorithm {
        case "none": []
        case "HS256": Digester.hmacSHA256(text, key: key.modulus)
        default: SignatureAlgorithm(rawValue: algorithm)?.sign(text, with: key)
        }
    }

    private func claimsV1(_ now: ClockReading) -> JSON {
        common(now).changed(by: [
            "aud": "https://database.windows.net/", "iss": .string(issuerV1), "ver": "1.0",
            "appid": .string(callerClientID), "appidacr": "0", "unique_name": "someone@example.com",
            "upn": "someone@example.com",
        ])
    }

    private func claimsV2(_ now: ClockReading) -> JSON {
        common(now).changed(by: [
            "aud": .string(apps.first?.clientID ?? ""), "iss": .string(issuerV2), "ver": "2.0",
            "azp": .string(callerClientID), "azpacr": "0", "preferred_username": "someone@example.com",
        ])
    }

    private func common(_ now: ClockReading) -> JSON {
        [
            "iat": .whole(now.seconds - 300), "nbf": .whole(now.seconds - 300), "exp": .whole(now.seconds + 3_600),
            "name": "Someone", "oid": "55555555-5555-4555-8555-555555555555", "scp": "user_impersonation",
            "sub": "pairwise-subject", "tid": .string(tenant), "uti": .string(base64URL(randomBytes(16))),
        ]
    }

    private var callerClientID: String { "66666666-6666-4666-8666-666666666666" }
}
