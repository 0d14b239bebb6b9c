import Grants

/// What a 401 asks the next token for: `Bearer …, error="insufficient_claims", claims="<base64 JSON>"`.
package enum ClaimsChallenge {
    /// The claims as JSON text, to be sent as the form field `claims`; several headers may come, in any order.
    package static func claims(in headers: HTTPHeaders) -> String? {
        for value in headers.values(of: "WWW-Authenticate") {
            for (name, text) in parameters(of: value) where name == "claims" {
                guard let json = decoded(text) else { continue }
                return json
            }
        }
        return nil
    }

    /// Standard or URL alphabet, padded or not; only a JSON object counts.
    private static func decoded(_ text: String) -> String? {
        guard text.utf8.count <= 8_192, let bytes = Base64URL.decode(text),
            let json = String(validating: bytes, as: UTF8.self), StrictJSON.answer(bytes)?.isObject ?? false
        else { return nil }
        return json
    }

    /// `name=token` and `name="quoted \" text"` pairs, wherever they stand (RFC 9110, 11.2).
    private static func parameters(of value: String) -> [(name: String, value: String)] {
        var result: [(String, String)] = []
        var rest = Substring(value)
        while let equals = rest.firstIndex(of: "=") {
            let name = rest[..<equals].split { $0 == " " || $0 == "," || $0 == "\t" }.last ?? ""
            rest = rest[rest.index(after: equals)...]
            let text = rest.first == "\"" ? takeQuoted(&rest) : takeToken(&rest)
            result.append((name.lowercased(), text))
        }
        return result
    }

    private static func takeQuoted(_ rest: inout Substring) -> String {
        rest.removeFirst()
        var text = ""
        while let next = rest.popFirst(), next != "\"" {
            if next == "\\", let escaped = rest.popFirst() { text.append(escaped) } else { text.append(next) }
        }
        return text
    }

    private static func takeToken(_ rest: inout Substring) -> String {
        let text = rest.prefix { $0 != "," && $0 != " " }
        rest = rest[text.endIndex...]
        return String(text)
    }
}
