import FoundationEssentials

/// Undoes percent encoding; nil when it is broken or not UTF-8.
func percentDecoded(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String? {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return String(text) }
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        switch byte {
        case UInt8(ascii: "%"):
            guard let high = rest.popFirst(), let low = rest.popFirst(), let value = hexByte(high, low) else {
                return nil
            }
            bytes.append(value)
        case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
        default: bytes.append(byte)
        }
    }
    return String(validating: bytes, as: UTF8.self)
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

func base64URL(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for character in Data(bytes).base64EncodedString() {
        switch character {
        case "+": text.append("-")
        case "/": text.append("_")
        case "=": continue
        default: text.append(character)
        }
    }
    return text
}

/// Strict base64url without padding; nil for anything else.
func base64URLDecoded(_ text: some StringProtocol) -> [UInt8]? {
    var standard = ""
    for character in text {
        switch character {
        case "-": standard.append("+")
        case "_": standard.append("/")
        case "+", "/", "=": return nil
        default: standard.append(character)
        }
    }
    standard += String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
    return Data(base64Encoded: standard).map { Array($0) }
}

func newID() -> String { UUID().uuidString.lowercased() }

private func hexByte(_ high: UInt8, _ low: UInt8) -> UInt8? {
    guard let high = hexDigit(high), let low = hexDigit(low) else { return nil }
    return high << 4 | low
}

private func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
