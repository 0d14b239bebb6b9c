package import Grants

/// The RSA keys that Entra signs tokens with (RFC 7517); what is for something else is left out.
package struct WebKeySet: Hashable, Sendable {
    /// Entra lists a handful; more than this is a mistake of somebody's.
    package static let limit = 1_000

    package let keys: [WebKey]

    package static func read(
        _ result: Result<HTTPReply, TransportFailure>, now: Timestamp
    ) throws(ReplyVerdict) -> WebKeySet {
        let (reply, json) = try readObject(result, to: .keys, now: now)
        guard let elements = json["keys"]?.elements else {
            throw ReplyVerdict(reply, to: .keys, now: now, finding: "Its content is no set of keys.")
        }
        let keys = elements.prefix(limit).compactMap(WebKey.init)
        guard !keys.isEmpty else {
            throw ReplyVerdict(reply, to: .keys, now: now, finding: "There is no RSA key for signatures in it.")
        }
        return WebKeySet(keys: keys)
    }
}
