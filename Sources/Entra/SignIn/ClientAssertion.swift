import FoundationEssentials
package import Grants

/// The JSON web token with which a certificate's owner asks for a token; a fresh one for each request.
package struct ClientAssertion: Sendable {
    /// Ten minutes, the most that Microsoft's documentation advises.
    package static let lifetime = Duration.seconds(600)

    /// What the signature covers: header and claims.
    package let signingInput: String

    /// `audience` is the token endpoint, `id` a fresh GUID, `certificateSHA256` the hash of the DER certificate.
    package init(audience: String, clientId: String, id: String, issuedAt: Timestamp, certificateSHA256: [UInt8]) {
        let header = Header(certificate: Base64URL.encode(certificateSHA256))
        let seconds = issuedAt.microseconds / 1_000_000
        let claims = Claims(
            aud: audience,
            exp: seconds + Self.lifetime.components.seconds,
            iat: seconds,
            iss: clientId,
            jti: id,
            nbf: seconds,
            sub: clientId
        )
        signingInput = Self.part(header) + "." + Self.part(claims)
    }

    package func signed(_ signature: [UInt8]) -> Secret {
        Secret(signingInput + "." + Base64URL.encode(signature))
    }

    /// Texts and numbers only: encoding them cannot fail.
    private static func part(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Base64URL.encode((try? encoder.encode(value)).map { Array($0) } ?? [])
    }

    private struct Header: Encodable {
        let alg = "PS256"
        let typ = "JWT"
        let certificate: String

        enum CodingKeys: String, CodingKey {
            case alg
            case typ
            case certificate = "x5t#S256"
        }
    }

    private struct Claims: Encodable {
        let aud: String
        let exp: Int64
        let iat: Int64
        let iss: String
        let jti: String
        let nbf: Int64
        let sub: String
    }
}
