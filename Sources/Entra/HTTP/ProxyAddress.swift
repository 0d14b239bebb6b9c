/// The URL of a proxy, as strictly as a password in it needs: curl cuts one with an unescaped `#`, `@` or `/` in two.
package enum ProxyAddress {
    /// Nil where curl can use it; never any text of it, since it may hold a password.
    package static func mistake(in text: String) -> String? {
        guard let mark = text.firstRange(of: "://"),
            ["http", "https", "socks4", "socks4a", "socks5", "socks5h"].contains(text[..<mark.lowerBound].lowercased())
        else {
            return "must be a URL such as \"http://proxy.example:3128\" (or https, socks4, socks4a, socks5, socks5h)"
        }
        let rest = text[mark.upperBound...]
        let authority = rest.prefix { !"/?#".contains($0) }
        guard ["", "/"].contains(rest[authority.endIndex...]) else {
            return "must end behind the port; in user and password write # as %23, / as %2F, ? as %3F"
        }
        var place = authority
        if let at = authority.lastIndex(of: "@") {
            guard isEncoded(authority[..<at]) else {
                return "must have user and password percent-encoded: @ as %40, % as %25, a blank as %20"
            }
            place = authority[authority.index(after: at)...]
        }
        return isHostAndPort(place) ? nil : "must name a host, and a port from 1 to 65535, such as proxy.example:3128"
    }

    private static func isEncoded(_ user: Substring) -> Bool {
        let parts = user.utf8.split(separator: UInt8(ascii: "%"), omittingEmptySubsequences: false)
        let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:".utf8)
        return user.utf8.allSatisfy { allowed.contains($0) || $0 == UInt8(ascii: "%") }
            && parts.dropFirst().allSatisfy { part in
                part.count >= 2 && part.prefix(2).allSatisfy { Unicode.Scalar($0).properties.isASCIIHexDigit }
            }
    }

    private static func isHostAndPort(_ text: Substring) -> Bool {
        let host: Substring
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return false }
            host = text[...end]
            guard host.dropFirst().dropLast().allSatisfy({ $0.isHexDigit || ":.".contains($0) }) else { return false }
        } else {
            host = text.prefix { $0 != ":" }
            guard host.utf8.allSatisfy(isNameByte) else { return false }
        }
        guard !host.isEmpty else { return false }
        let port = text[host.endIndex...]
        guard port.first == ":" else { return port.isEmpty }
        let digits = port.dropFirst()
        return digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
            && (Int(digits).map { (1...65_535).contains($0) } ?? false)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }
}

extension String {
    /// What a library says, without user and password of any URL in it.
    var withoutUserInfo: String {
        guard let mark = firstRange(of: "://") else { return self }
        let word = self[mark.upperBound...].prefix { !" \t\r\n'\"".contains($0) }
        let rest = String(self[word.endIndex...]).withoutUserInfo
        let shown = word.lastIndex(of: "@").map { "…" + word[$0...] } ?? word
        return self[..<mark.upperBound] + shown + rest
    }
}
