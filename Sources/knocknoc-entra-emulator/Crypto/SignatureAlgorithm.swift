import COpenSSL

/// The two ways an assertion or token is signed here.
enum SignatureAlgorithm: String, Sendable {
    case rs256 = "RS256"
    case ps256 = "PS256"

    /// Sets the padding on a sign or verify operation; PSS has a salt as long as the hash (RFC 7518, section 3.5).
    func apply(to context: OpaquePointer?) -> Bool {
        switch self {
        case .rs256: unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1
        case .ps256:
            unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, 32) == 1
        }
    }

    /// Checks a signature against the key in a certificate.
    func isValid(signature: [UInt8], of text: [UInt8], certificate der: [UInt8]) -> Bool {
        defer { ERR_clear_error() }
        guard let certificate = unsafe parsedCertificate(der) else { return false }
        defer { unsafe X509_free(certificate) }
        guard let key = unsafe X509_get_pubkey(certificate) else { return false }
        defer { unsafe EVP_PKEY_free(key) }
        let digest = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(digest) }
        var context: OpaquePointer?
        guard unsafe EVP_DigestVerifyInit(digest, &context, EVP_sha256(), nil, key) == 1, unsafe apply(to: context)
        else { return false }
        return unsafe EVP_DigestVerify(digest, signature, signature.count, text, text.count) == 1
    }

    func sign(_ text: [UInt8], with key: RSAKey) -> [UInt8]? {
        defer { ERR_clear_error() }
        guard let key = unsafe parsedPrivateKey(key.privateDER) else { return nil }
        defer { unsafe EVP_PKEY_free(key) }
        let digest = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(digest) }
        var context: OpaquePointer?
        guard unsafe EVP_DigestSignInit(digest, &context, EVP_sha256(), nil, key) == 1, unsafe apply(to: context)
        else { return nil }
        var length = 512
        var signature = [UInt8](repeating: 0, count: length)
        guard unsafe EVP_DigestSign(digest, &signature, &length, text, text.count) == 1 else { return nil }
        return Array(signature.prefix(length))
    }
}

enum Digester {
    static func sha256(_ bytes: [UInt8]) -> [UInt8] { unsafe digest(bytes, EVP_sha256(), 32) }
    static func sha1(_ bytes: [UInt8]) -> [UInt8] { unsafe digest(bytes, EVP_sha1(), 20) }

    static func hmacSHA256(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        var length = 0
        unsafe EVP_Q_mac(nil, "HMAC", nil, "SHA256", nil, key, key.count, bytes, bytes.count, &code, 32, &length)
        return code
    }

    private static func digest(_ bytes: [UInt8], _ kind: OpaquePointer?, _ length: Int) -> [UInt8] {
        var hash = [UInt8](repeating: 0, count: length)
        unsafe EVP_Digest(bytes, bytes.count, &hash, nil, kind, nil)
        return hash
    }
}
