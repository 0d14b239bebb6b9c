import COpenSSL

/// An RSA key with a self-signed certificate, as bytes: no OpenSSL object is shared between threads.
struct RSAKey: Sendable {
    let privateDER: [UInt8]
    let certificateDER: [UInt8]
    let modulus: [UInt8]
    let exponent: [UInt8]

    /// Entra names its signing keys by their certificate's SHA-1.
    var id: String { base64URL(Digester.sha1(certificateDER)) }

    static func generate(commonName: String) -> RSAKey? {
        defer { ERR_clear_error() }
        let context = unsafe EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(context) == 1,
            unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2_048) == 1,
            unsafe EVP_PKEY_keygen(context, &key) == 1
        else { return nil }
        defer { unsafe EVP_PKEY_free(key) }
        guard let certificate = unsafe selfSigned(key, commonName: commonName),
            let privateDER = unsafe written({ unsafe i2d_PrivateKey(key, $0) }),
            let modulus = unsafe number("n", of: key), let exponent = unsafe number("e", of: key)
        else { return nil }
        return RSAKey(privateDER: privateDER, certificateDER: certificate, modulus: modulus, exponent: exponent)
    }

    private static func selfSigned(_ key: OpaquePointer?, commonName: String) -> [UInt8]? {
        guard let certificate = unsafe X509_new() else { return nil }
        defer { unsafe X509_free(certificate) }
        let name = unsafe X509_get_subject_name(certificate)
        let common = Array(commonName.utf8)
        unsafe X509_set_version(certificate, 2)
        unsafe ASN1_INTEGER_set(X509_get_serialNumber(certificate), Int.random(in: 1...0xFFFF_FFFF))
        unsafe X509_gmtime_adj(X509_getm_notBefore(certificate), -3_600)
        unsafe X509_gmtime_adj(X509_getm_notAfter(certificate), 365 * 86_400)
        guard unsafe X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, common, Int32(common.count), -1, 0) == 1,
            unsafe X509_set_issuer_name(certificate, name) == 1, unsafe X509_set_pubkey(certificate, key) == 1,
            unsafe X509_sign(certificate, key, EVP_sha256()) > 0
        else { return nil }
        return unsafe written { unsafe i2d_X509(certificate, $0) }
    }

    private static func number(_ name: String, of key: OpaquePointer?) -> [UInt8]? {
        var number: OpaquePointer?
        guard unsafe EVP_PKEY_get_bn_param(key, name, &number) == 1 else { return nil }
        defer { unsafe BN_free(number) }
        var bytes = [UInt8](repeating: 0, count: (unsafe Int(BN_num_bits(number)) + 7) / 8)
        unsafe BN_bn2bin(number, &bytes)
        return bytes
    }
}

func parsedPrivateKey(_ der: [UInt8]) -> OpaquePointer? {
    unsafe der.withUnsafeBufferPointer { buffer in
        var start = buffer.baseAddress
        return unsafe d2i_AutoPrivateKey(nil, &start, buffer.count)
    }
}
