import Grants

/// One entry of the setting requiredClaims: a claim that has to be there, or has to have a certain value.
package struct RequiredClaim: Hashable, Sendable {
    package let name: String
    /// Nil: anything but nothing.
    package let value: String?

    package init(name: String, value: String? = nil) {
        self.name = name
        self.value = value
    }

    /// `claim` and `claim=value`, separated by `;`; blanks around each name and value do not count.
    ///
    /// Nil where a value stands there without a name.
    package static func parse(_ text: String) -> [RequiredClaim]? {
        var result: [RequiredClaim] = []
        for part in text.split(separator: ";") where !String(part).trimmed.isEmpty {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { String($0).trimmed }
            guard let name = sides.first, !name.isEmpty else { return nil }
            result.append(RequiredClaim(name: name, value: sides.count == 2 ? sides[1] : nil))
        }
        return result
    }

    func check(_ claims: CallerClaims) throws(CallerRefusal) {
        guard let found = claims[name] else { throw .claimMissing(name) }
        guard let value else {
            if found.isEmpty { throw .claimEmpty(name) }
            return
        }
        guard found.matches(value) || isScope(value, in: found) else {
            throw .claimValue(name, found: found.shown, expected: value)
        }
    }

    /// The scopes of a token are one text, words with blanks between them.
    private func isScope(_ wanted: String, in found: JSONValue) -> Bool {
        guard name.isExactly("scp"), let text = found.text else { return false }
        let words = Set(text.split(separator: " ").map { ExactText(String($0)) })
        let asked = wanted.split(separator: " ").map { ExactText(String($0)) }
        return !asked.isEmpty && words.isSuperset(of: asked)
    }

    /// Whether it tells some tokens of the tenant from others; every token has a tid, and an oid, whoever's it is.
    package var narrows: Bool {
        let sameForAll: Set = ["tid", "iss", "aud", "ver", "idp"]
        let hadByAll: Set = [
            "oid", "sub", "exp", "nbf", "iat", "appid", "azp", "appidacr", "azpacr", "uti", "rh", "aio",
        ]
        return !sameForAll.contains(name) && !(value == nil && hadByAll.contains(name))
    }
}
