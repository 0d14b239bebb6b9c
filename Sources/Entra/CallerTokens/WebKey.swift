import Glibc
import Grants

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
            json["key_ops"].map({ $0.texts.contains("verify") }) ?? true,
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
