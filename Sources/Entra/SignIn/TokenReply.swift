package import Grants

/// What the token endpoint gives: the token, and how long it lives.
package struct TokenReply: Equatable, Sendable {
    package let token: Secret
    package let lifetime: Duration

    package static func read(
        _ result: Result<HTTPReply, TransportFailure>,
        now: Timestamp
    ) throws(ReplyVerdict) -> TokenReply {
        let reply = try success(result, to: .token, now: now)
        guard let json = StrictJSON.answer(reply.body), let token = json["access_token"]?.text, isSendable(token),
            json["token_type"].map({ $0.text?.lowercased() == "bearer" }) ?? true,
            let lifetime = seconds(json["expires_in"]), lifetime > 0
        else {
            throw ReplyVerdict(
                reply, .notUnderstood, to: .token, now: now, finding: "Its content is no bearer token with a lifetime.")
        }
        return TokenReply(token: Secret(token), lifetime: .seconds(min(lifetime, 2 * 86_400)))
    }

    /// A number in the v2.0 endpoint, and text in its elders.
    private static func seconds(_ value: JSONValue?) -> Double? {
        switch value {
        case .number(let text), .string(let text): Double(text)
        default: nil
        }
    }

    /// The characters that RFC 6750 allows in a header; anything else could begin a header of its own.
    private static func isSendable(_ token: String) -> Bool {
        !token.isEmpty && token.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
