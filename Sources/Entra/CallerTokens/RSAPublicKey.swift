import COpenSSL
import Grants

/// One of Entra's public keys, kept in libcrypto's hands ready to check signature after signature.
@safe final class RSAPublicKey {
    private let context: OpaquePointer
    private let sha256: OpaquePointer

    /// Nil for what is no RSA key, or one that nobody should trust.
    convenience init?(_ material: WebKey.Material) {
        defer { ERR_clear_error() }
        switch material {
        case .numbers(let modulus, let exponent):
            guard let key = unsafe publicKey(modulus: modulus, exponent: exponent) else { return nil }
            unsafe self.init(owning: key)
        case .certificate(let der):
            guard let certificate = Certificate.all(in: der).first,
                let key = unsafe X509_get0_pubkey(certificate.raw), unsafe EVP_PKEY_up_ref(key) == 1
            else { return nil }
            unsafe self.init(owning: key)
        }
    }

    private init?(owning key: OpaquePointer) {
        let context = unsafe isSound(key) ? EVP_PKEY_CTX_new(key, nil) : nil
        unsafe EVP_PKEY_free(key)  // the context holds its own reference
        guard let context = unsafe context else { return nil }
        guard let sha256 = unsafe EVP_MD_fetch(nil, "SHA256", nil), unsafe EVP_PKEY_verify_init(context) == 1,
            unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1,
            unsafe EVP_PKEY_CTX_set_signature_md(context, sha256) == 1
        else {
            unsafe EVP_PKEY_CTX_free(context)
            return nil
        }
        unsafe self.context = unsafe context
        unsafe self.sha256 = unsafe sha256
    }

    deinit {
        unsafe EVP_PKEY_CTX_free(context)
        unsafe EVP_MD_free(sha256)
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, 3.3).
    func verifies(_ signature: [UInt8], of bytes: [UInt8]) -> Bool {
        var hash = [UInt8](repeating: 0, count: 32)
        guard unsafe EVP_Digest(bytes, bytes.count, &hash, nil, sha256, nil) == 1,
            unsafe EVP_PKEY_verify(context, signature, signature.count, hash, hash.count) == 1
        else {
            ERR_clear_error()
            return false
        }
        return true
    }
}

/// RSA, 2,048 bits or more, none so long that checking becomes a burden, and an odd exponent above 1.
private func isSound(_ key: OpaquePointer) -> Bool {
    guard unsafe EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA,
        (2_048...8_192).contains(unsafe EVP_PKEY_get_bits(key))
    else { return false }
    var exponent: OpaquePointer?
    guard unsafe EVP_PKEY_get_bn_param(key, "e", &exponent) == 1 else { return false }
    defer { unsafe BN_free(exponent) }
    return unsafe BN_is_odd(exponent) == 1 && (2...64).contains(BN_num_bits(exponent))
}

private func publicKey(modulus: [UInt8], exponent: [UInt8]) -> OpaquePointer? {
    guard modulus.count <= 1_025, exponent.count <= 8 else { return nil }
    return unsafe kn_rsa_public_key(modulus, Int32(modulus.count), exponent, Int32(exponent.count))
}
