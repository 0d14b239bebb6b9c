import COpenSSL
import Grants

/// An RSA private key in libcrypto's hands.
@safe final class SigningKey {
    let raw: OpaquePointer

    /// The first private key in a PEM text; nil when there is none that libcrypto reads without a password.
    init?(pem: [UInt8]) {
        defer { ERR_clear_error() }
        let key = unsafe withPEMReader(pem) { reader in
            unsafe PEM_read_bio_PrivateKey(reader, nil, refusePassword, nil)
        }
        guard let key = unsafe key else { return nil }
        unsafe raw = unsafe key
    }

    deinit {
        unsafe EVP_PKEY_free(raw)
    }

    var isRSA: Bool { unsafe EVP_PKEY_get_base_id(raw) == EVP_PKEY_RSA }
    var bits: Int { Int(unsafe EVP_PKEY_get_bits(raw)) }

    func belongs(to certificate: Certificate) -> Bool {
        defer { ERR_clear_error() }
        return unsafe X509_check_private_key(certificate.raw, raw) == 1
    }

    /// RSASSA-PSS with SHA-256, salt as long as the hash (RFC 7518, 3.5); nil when libcrypto fails.
    func signPS256(_ text: String) -> [UInt8]? {
        guard let context = unsafe EVP_MD_CTX_new() else { return nil }
        defer {
            unsafe EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        var parameters: OpaquePointer?
        let input = Array(text.utf8)
        var length = 0
        guard unsafe EVP_DigestSignInit(context, &parameters, EVP_sha256(), nil, raw) == 1,
            unsafe EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1,
            unsafe EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1,
            unsafe EVP_DigestSign(context, nil, &length, input, input.count) == 1
        else { return nil }
        var signature = [UInt8](repeating: 0, count: length)
        guard unsafe EVP_DigestSign(context, &signature, &length, input, input.count) == 1 else { return nil }
        return Array(signature.prefix(length))
    }
}

/// Without it libcrypto would ask on the terminal.
private func refusePassword(
    _ buffer: UnsafeMutablePointer<CChar>?,
    _ size: Int32,
    _ isWriting: Int32,
    _ context: UnsafeMutableRawPointer?
) -> Int32 {
    -1
}

/// A reader over bytes that stay where they are while `body` runs.
func withPEMReader<Value>(_ bytes: [UInt8], _ body: (OpaquePointer) -> Value?) -> Value? {
    unsafe bytes.withUnsafeBytes { buffer in
        guard let reader = unsafe BIO_new_mem_buf(buffer.baseAddress, Int32(clamping: buffer.count)) else { return nil }
        defer { unsafe BIO_free(reader) }
        return unsafe body(reader)
    }
}
