/// A signed token taken apart; nothing about it is believed yet.
struct JWT: Sendable {
    let header: JSON
    let claims: JSON
    let signature: [UInt8]
    /// The bytes the signature is over.
    let signed: [UInt8]

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = base64URLDecoded(parts[0]).flatMap({ JSON($0) }), header.members != nil,
            let claims = base64URLDecoded(parts[1]).flatMap({ JSON($0) }), claims.members != nil,
            let signature = base64URLDecoded(parts[2])
        else { return nil }
        self.header = header
        self.claims = claims
        self.signature = signature
        signed = Array((parts[0] + "." + parts[1]).utf8)
    }

    /// A time claim; MSAL writes them as strings, and that is taken.
    func time(_ name: String) -> Double? {
        claims[name]?.number ?? claims[name]?.text.flatMap { Double($0) }
    }

    static func text(header: JSON, claims: JSON, sign: ([UInt8]) -> [UInt8]?) -> String? {
        let signed = base64URL(header.bytes) + "." + base64URL(claims.bytes)
        return sign(Array(signed.utf8)).map { signed + "." + base64URL($0) }
    }
}
