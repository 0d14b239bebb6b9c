import FoundationEssentials
package import Grants

/// What the token endpoint gives: the token, and how long it lives.
package struct TokenReply: Equatable, Sendable {
    package let token: Secret
    package let lifetime: Duration

    package static func read(
        _ result: Result<HTTPReply, TransportFailure>,
        now: Timestamp
    ) throws(ReplyVerdict) -> TokenReply {
        let reply: HTTPReply
        switch result {
        case .success(let success): reply = success
        case .failure(let failure): throw ReplyVerdict(failure, to: .token)
        }
        guard reply.status == 200 else { throw ReplyVerdict(reply, to: .token, now: now) }
        guard let body = try? JSONDecoder().decode(TokenDocument.self, from: Data(withoutByteOrderMark(reply.body))),
            body.type.map({ $0.lowercased() == "bearer" }) ?? true, isSendable(body.token), body.lifetime > 0
        else {
            throw ReplyVerdict(
                reply,
                .notUnderstood,
                to: .token,
                now: now,
                finding: "Its content is no bearer token with a lifetime."
            )
        }
        return TokenReply(token: Secret(body.token), lifetime: .seconds(min(body.lifetime, 2 * 86_400)))
    }

    /// The characters that RFC 6750 allows in a header; anything else could begin a header of its own.
    private static func isSendable(_ token: String) -> Bool {
        !token.isEmpty && token.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

private struct TokenDocument: Decodable {
    let token: String
    let type: String?
    let lifetime: Int64

    enum CodingKeys: String, CodingKey {
        case token = "access_token"
        case type = "token_type"
        case lifetime = "expires_in"
    }

    /// `expires_in` is a number in the v2.0 endpoint and text in its elders.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        token = try container.decode(String.self, forKey: .token)
        type = try? container.decode(String.self, forKey: .type)
        if let text = try? container.decode(String.self, forKey: .lifetime), let seconds = Int64(text) {
            lifetime = seconds
        } else {
            lifetime = Int64(min(max(try container.decode(Double.self, forKey: .lifetime), 0), 1e9))
        }
    }
}
