package import Grants

/// What the metadata address says: where Entra's signing keys are, and whose tokens they sign.
package struct DiscoveryDocument: Hashable, Sendable {
    package let issuer: String?
    package let keysAddress: String

    package static func read(
        _ result: Result<HTTPReply, TransportFailure>, from address: String, now: Timestamp
    ) throws(ReplyVerdict) -> DiscoveryDocument {
        let (reply, json) = try readObject(result, to: .keys, now: now)
        guard let keysAddress = json["jwks_uri"]?.text else {
            throw ReplyVerdict(reply, to: .keys, now: now, finding: "Its content names no jwks_uri.")
        }
        let isPlainAllowed = address.hasPrefix("http://")
        guard keysAddress.hasPrefix("https://") || (isPlainAllowed && keysAddress.hasPrefix("http://")) else {
            throw ReplyVerdict(
                reply, to: .keys, now: now,
                finding: "Its jwks_uri is no https:// address: whoever stands on the way could name keys of his own.")
        }
        return DiscoveryDocument(issuer: json["issuer"]?.text, keysAddress: keysAddress)
    }
}
