package import Grants

/// A certificate with its private key, both checked: what is wrong with them is said here and not by Entra.
package struct SigningCertificate {
    private let certificate: Certificate
    private let key: SigningKey
    private let name: String

    /// `name` is what sentences call it, such as the path of its file.
    init(_ certificate: Certificate, key: SigningKey, name: String) throws(Failure) {
        guard key.belongs(to: certificate) else {
            throw Failure(.entra001, "The private key does not belong to the certificate \(name).")
        }
        guard key.isRSA else {
            throw Failure(.entra001, "The certificate \(name) has no RSA key, and Entra is asked with RSA (PS256).")
        }
        guard key.bits >= 2_048 else {
            throw Failure(
                .entra001,
                "The key of the certificate \(name) has \(key.bits) bits; Entra takes 2,048 or more."
            )
        }
        self.certificate = certificate
        self.key = key
        self.name = name
    }

    /// From files; without a key file the certificate's own file holds the key.
    package static func load(certificateFile: String, keyFile: String?) throws(Failure) -> SigningCertificate {
        let isCombined = keyFile == nil || keyFile == certificateFile
        let file = CredentialFile(path: certificateFile, noun: "certificate")
        let bytes = isCombined ? try file.readSecret() : try file.read()
        guard let certificate = Certificate.all(in: bytes).first else {
            throw Failure(
                .entra001,
                "The certificate file \(certificateFile) holds no certificate (PEM or DER; PFX is not read)."
            )
        }
        let keyPath = keyFile ?? certificateFile
        let pem = isCombined ? bytes : try CredentialFile(path: keyPath, noun: "private key").readSecret()
        guard let key = SigningKey(pem: pem) else { throw Self.noKey(in: pem, path: keyPath, of: certificateFile) }
        return try SigningCertificate(certificate, key: key, name: certificateFile)
    }

    package var notAfter: Timestamp { certificate.notAfter }

    package func has(_ thumbprint: Thumbprint) -> Bool {
        certificate.has(thumbprint)
    }

    /// An assertion that proves, for ten minutes, that its sender holds the key.
    func assertion(for request: TokenRequest, id: String, date: Timestamp) throws(Failure) -> Secret {
        guard date < certificate.notAfter else {
            throw Failure(
                .entra001,
                "The certificate \(name) expired at \(certificate.notAfter). Upload a new one to the application."
            )
        }
        guard date >= certificate.notBefore else {
            throw Failure(
                .entra001,
                "The certificate \(name) is not valid before \(certificate.notBefore). Is this host's clock right?"
            )
        }
        let assertion = ClientAssertion(
            audience: request.endpoint,
            clientId: request.clientId,
            id: id,
            issuedAt: date,
            certificateSHA256: certificate.sha256
        )
        guard let signature = key.signPS256(assertion.signingInput) else {
            throw Failure(.entra001, "libcrypto could not sign with the key of the certificate \(name).")
        }
        return assertion.signed(signature)
    }

    static func noKey(in pem: [UInt8], path: String, of certificate: String) -> Failure {
        let text = String(decoding: pem, as: UTF8.self)
        if text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED") {
            return Failure(
                .entra001,
                "The private key in \(path) is encrypted. Store it without a password, readable by us alone."
            )
        }
        return text.contains("PRIVATE KEY-----")
            ? Failure(.entra001, "The private key in \(path) cannot be read: it is damaged or of an unknown kind.")
            : Failure(.entra001, "The certificate \(certificate) has no private key: \(path) holds none.")
    }
}
