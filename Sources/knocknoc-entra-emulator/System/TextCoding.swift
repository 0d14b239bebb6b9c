import Foundation

/// Undoes percent encoding, in forms and queries also `+` for a blank; nil when it is broken or not UTF-8.
func percentDecoded(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String? {
    (plusIsSpace ? String(text).replacing("+", with: " ") : String(text)).removingPercentEncoding
}

/// The fields of a query or a form body, the first of a name winning; nil when the encoding is broken.
func formFields(_ text: some StringProtocol) -> [String: String]? {
    var fields: [String: String] = [:]
    for pair in text.split(separator: "&") {
        let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = percentDecoded(halves[0], plusIsSpace: true),
            let value = percentDecoded(halves.count > 1 ? halves[1] : "", plusIsSpace: true)
        else { return nil }
        if fields[name] == nil { fields[name] = value }
    }
    return fields
}

func queryEncoded(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
}

func base64URL(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString(options: [.base64URLAlphabet, .omitPaddingCharacter])
}

/// Strict base64url without padding; nil for anything else.
func base64URLDecoded(_ text: some StringProtocol) -> [UInt8]? {
    guard !text.contains(where: { "+/=".contains($0) }) else { return nil }
    let standard = String(text).replacing("-", with: "+").replacing("_", with: "/")
    let padding = String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
    return Data(base64Encoded: standard + padding).map { Array($0) }
}

func newID() -> String { UUID().uuidString.lowercased() }
