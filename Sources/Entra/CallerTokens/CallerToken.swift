package import Grants

/// The token of whoever submits, taken apart and not yet believed: only its form was looked at.
package struct CallerToken: Sendable {
    /// Above that nobody's token is; 200 groups take a third of it.
    package static let sizeLimit = 32_768

    package let keyId: String
    /// What the signature covers: header and claims as they came.
    package let signed: [UInt8]
    package let signature: [UInt8]
    package let claims: CallerClaims
    /// Only tokens for Microsoft Graph have one, and only Graph can verify those.
    package let hasNonce: Bool

    /// Three parts, strict base64url and JSON, RS256 and a key id; the algorithm is ours to choose, never the token's.
    package init(parsing token: Secret) throws(CallerRefusal) {
        let text = Array(token.revealed.utf8)
        guard text.count <= Self.sizeLimit else { throw .tooLong(text.count) }
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .parts(parts.count) }
        let header = try Self.claims(in: parts[0], .header)
        hasNonce = header["nonce"] != nil
        keyId = try Self.keyId(header)
        claims = try Self.claims(in: parts[1], .claims)
        guard let signature = Base64URL.decodeStrictly(parts[2]), !signature.isEmpty else {
            throw .encoding(.signature)
        }
        self.signature = signature
        signed = Array(text[..<parts[1].endIndex])
    }

    private static func claims(in part: ArraySlice<UInt8>, _ name: CallerRefusal.Part) throws(CallerRefusal)
        -> CallerClaims
    {
        guard let bytes = Base64URL.decodeStrictly(part) else { throw .encoding(name) }
        let document: JSONNode
        do throws(JSONError) {
            document = try StrictJSON.parse(bytes)
        } catch {
            throw .json(name, error)
        }
        guard case .object(let members) = document.value else { throw .notAnObject(name) }
        return try CallerClaims(members)
    }

    /// What a header may ask for: no more than a signature that we know how to check (RFC 7515, 4.1.11).
    private static func keyId(_ header: CallerClaims) throws(CallerRefusal) -> String {
        if let type = header["typ"], type.text?.lowercased() != "jwt" { throw .type(type.shown) }
        if header["crit"] != nil { throw .critical }
        guard header["alg"]?.text?.isExactly("RS256") ?? false else { throw .algorithm(header["alg"].shown) }
        guard let keyId = header["kid"]?.text, !keyId.isEmpty, keyId.utf8.count <= 256 else { throw .noKeyId }
        return keyId
    }
}

extension CallerToken: Unprinted {
    package var description: String { "<redacted>" }
}
