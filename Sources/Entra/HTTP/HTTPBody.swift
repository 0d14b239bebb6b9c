package import Grants

/// Bytes to send, and whether a person may see them.
package struct HTTPBody: Equatable, Sendable {
    package let bytes: [UInt8]
    package let contentType: String
    package let isSecret: Bool

    package static func json(_ bytes: [UInt8]) -> HTTPBody {
        HTTPBody(bytes: bytes, contentType: "application/json", isSecret: false)
    }

    /// A form holds a client secret or an assertion, so all of it is secret.
    package static func form(_ fields: [(name: String, value: Secret)]) -> HTTPBody {
        var bytes: [UInt8] = []
        for (name, value) in fields {
            if !bytes.isEmpty { bytes.append(0x26) }
            bytes += formEncoded(name) + [0x3D] + formEncoded(value.revealed)
        }
        return HTTPBody(bytes: bytes, contentType: "application/x-www-form-urlencoded", isSecret: true)
    }
}

extension HTTPBody: Unprinted {
    package var description: String { isSecret ? "<redacted>" : "\(bytes.count) bytes of \(contentType)" }
}

/// Every byte but RFC 3986's unreserved ones is escaped: Entra reads `+` as a blank, and secrets hold `+`, `~` and `%`.
func formEncoded(_ text: String) -> [UInt8] {
    var result: [UInt8] = []
    Array(text.utf8).appendPercentEscaped(to: &result) { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }
    return result
}
