package import Grants

/// What the metadata address says: where Entra's signing keys are, and whose tokens they sign.
package struct DiscoveryDocument: Hashable, Sendable {
    package let issuer: String?
    package let keysAddress: String

    package static func read(
        _ result: Result<HTTPReply, TransportFailure>, from address: String, now: Timestamp
    ) throws(ReplyVerdict) -> DiscoveryDocument {
        let (reply, members) = try readObject(result, to: .keys, now: now)
        guard let keysAddress = members["jwks_uri"]?.text else {
            throw ReplyVerdict(reply, to: .keys, now: now, finding: "Its content names no jwks_uri.")
        }
        let isPlainAllowed = address.hasPrefix("http://")
        guard keysAddress.hasPrefix("https://") || (isPlainAllowed && keysAddress.hasPrefix("http://")) else {
            throw ReplyVerdict(
                reply, to: .keys, now: now,
                finding: "Its jwks_uri is no https:// address: whoever stands on the way could name keys of his own.")
        }
        return DiscoveryDocument(issuer: members["issuer"]?.text, keysAddress: keysAddress)
    }
}

/// The JSON object of an answer with status 200, by name; anything else is a verdict.
func readObject(
    _ result: Result<HTTPReply, TransportFailure>, to operation: GraphOperation, now: Timestamp
) throws(ReplyVerdict) -> (reply: HTTPReply, members: [String: JSONValue]) {
    guard case .success(let reply) = result, reply.status == 200 else {
        throw verdict(on: result, to: operation, now: now)
    }
    guard let document = try? StrictJSON.parse(Array(withoutByteOrderMark(reply.body))),
        case .object(let members) = document.value
    else {
        throw ReplyVerdict(reply, to: operation, now: now, finding: "Its content is no JSON object.")
    }
    return (reply, members.values)
}

extension [JSONMember] {
    /// By name, which a strict parser has found to stand there once.
    var values: [String: JSONValue] {
        Dictionary(map { ($0.name, $0.node.value) }) { first, _ in first }
    }
}
