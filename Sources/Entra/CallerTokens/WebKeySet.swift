package import Grants

/// The RSA keys that Entra signs tokens with (RFC 7517); what is for something else is left out.
package struct WebKeySet: Hashable, Sendable {
    /// Entra lists a handful; more than this is a mistake of somebody's.
    package static let limit = 1_000

    package let keys: [WebKey]

    package static func read(
        _ result: Result<HTTPReply, TransportFailure>, now: Timestamp
    ) throws(ReplyVerdict) -> WebKeySet {
        let (reply, json) = try readObject(result, to: .keys, now: now)
        guard let elements = json["keys"]?.elements else {
            throw ReplyVerdict(reply, to: .keys, now: now, finding: "Its content is no set of keys.")
        }
        let keys = elements.prefix(limit).compactMap(WebKey.init)
        guard !keys.isEmpty else {
            throw ReplyVerdict(reply, to: .keys, now: now, finding: "There is no RSA key for signatures in it.")
        }
        return WebKeySet(keys: keys)
    }
}

/// One public key, in the form in which it was given.
package struct WebKey: Hashable, Sendable {
    package enum Material: Hashable, Sendable {
        case numbers(modulus: [UInt8], exponent: [UInt8])
        /// The same key in a certificate (DER), whose chain and dates mean nothing here.
        case certificate([UInt8])
    }

    package let id: String
    package let material: Material
    /// May hold `{tenantid}`.
    package let issuer: String?

    init?(_ json: JSONValue) {
        guard json["kty"]?.text == "RSA", json["use"].map({ $0.text == "sig" }) ?? true,
            json["alg"].map({ $0.text == "RS256" }) ?? true, let id = json["kid"]?.text, !id.isEmpty,
            let material = Material(json)
        else { return nil }
        self.id = id
        self.material = material
        issuer = json["issuer"]?.text
    }
}

extension WebKey.Material {
    fileprivate init?(_ json: JSONValue) {
        if let modulus = json["n"]?.text.flatMap(Base64URL.decode), !modulus.isEmpty,
            let exponent = json["e"]?.text.flatMap(Base64URL.decode), !exponent.isEmpty
        {
            self = .numbers(modulus: modulus, exponent: exponent)
        } else if let certificate = json["x5c"]?.elements?.first?.text.flatMap(Base64URL.decode), !certificate.isEmpty {
            self = .certificate(certificate)
        } else {
            return nil
        }
    }
}
