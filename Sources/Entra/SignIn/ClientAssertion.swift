package import Grants

/// The JSON web token with which a certificate's owner asks for a token; a fresh one for each request.
package struct ClientAssertion: Sendable {
    /// Ten minutes, the most that Microsoft's documentation advises.
    package static let lifetime = Duration.seconds(600)

    /// What the signature covers: header and claims.
    package let signingInput: String

    /// `audience` is the token endpoint, `id` a fresh GUID, `certificateSHA256` the hash of the DER certificate.
    package init(audience: String, clientId: String, id: String, issuedAt: Timestamp, certificateSHA256: [UInt8]) {
        let seconds = Int(issuedAt.microseconds / 1_000_000)
        let header = Self.part { json in
            json.member("alg", "PS256")
            json.member("typ", "JWT")
            json.member("x5t#S256", Base64URL.encode(certificateSHA256))
        }
        let claims = Self.part { json in
            json.member("aud", audience)
            json.member("exp", seconds + Int(Self.lifetime.components.seconds))
            json.member("iat", seconds)
            json.member("iss", clientId)
            json.member("jti", id)
            json.member("nbf", seconds)
            json.member("sub", clientId)
        }
        signingInput = header + "." + claims
    }

    package func signed(_ signature: [UInt8]) -> Secret {
        Secret(signingInput + "." + Base64URL.encode(signature))
    }

    private static func part(_ members: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        json.object(members)
        return Base64URL.encode(json.bytes)
    }
}
