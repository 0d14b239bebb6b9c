/// The access tokens given out and still good: nothing else opens Graph.
struct TokenStore: Sendable {
    struct Token: Sendable {
        let clientID: String
        let roles: Set<String>
        let expires: Double
    }

    private var tokens: [String: Token] = [:]
    /// Known to be ours, so that a revoked or expired token gets its own answer rather than "malformed".
    private var revoked: Set<String> = []

    mutating func add(_ text: String, _ token: Token, at now: ClockReading) {
        // Expired tokens are kept for a while only: to be told from unknown ones.
        if tokens.count > 10_000 { tokens = tokens.filter { $0.value.expires > now.monotonic } }
        tokens[text] = token
    }

    mutating func revoke(_ text: String) {
        if tokens.removeValue(forKey: text) != nil { revoked.insert(text) }
    }

    mutating func revokeAll() {
        revoked.formUnion(tokens.keys)
        tokens = [:]
    }

    enum Standing {
        case valid(Token)
        case expired
        case revoked
        case unknown
    }

    func find(_ text: String, at now: ClockReading) -> Standing {
        if revoked.contains(text) { return .revoked }
        guard let token = tokens[text] else { return .unknown }
        return token.expires > now.monotonic ? .valid(token) : .expired
    }
}
