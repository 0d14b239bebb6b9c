import COpenSSL
import Glibc
import Grants

/// An X.509 certificate, as far as signing in with it needs.
@safe final class Certificate {
    let raw: OpaquePointer
    let der: [UInt8]
    let notBefore: Timestamp
    let notAfter: Timestamp

    private init?(owning raw: OpaquePointer) {
        let length = unsafe i2d_X509(raw, nil)
        var der = [UInt8](repeating: 0, count: Int(max(length, 0)))
        let written = unsafe der.withUnsafeMutableBufferPointer { buffer in
            var end = buffer.baseAddress
            return unsafe i2d_X509(raw, &end)
        }
        guard length > 0, written == length, let notBefore = unsafe time(X509_get0_notBefore(raw)),
            let notAfter = unsafe time(X509_get0_notAfter(raw))
        else {
            unsafe X509_free(raw)
            return nil
        }
        unsafe self.raw = unsafe raw
        self.der = der
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    deinit {
        unsafe X509_free(raw)
    }

    /// All certificates of a PEM text in their order, or the one of a DER file.
    static func all(in bytes: [UInt8]) -> [Certificate] {
        defer { ERR_clear_error() }
        let found = unsafe withPEMReader(bytes) { reader in
            var found: [Certificate] = []
            while let raw = unsafe PEM_read_bio_X509(reader, nil, nil, nil) {
                if let certificate = unsafe Certificate(owning: raw) { found.append(certificate) }
            }
            return found
        }
        if let found, !found.isEmpty { return found }
        let single = unsafe withPEMReader(bytes) { reader in
            unsafe d2i_X509_bio(reader, nil).flatMap { unsafe Certificate(owning: $0) }
        }
        return single.map { [$0] } ?? []
    }

    var sha256: [UInt8] { unsafe digest(EVP_sha256()) }
    var sha1: [UInt8] { unsafe digest(EVP_sha1()) }

    func has(_ thumbprint: Thumbprint) -> Bool {
        (thumbprint.isSHA256 ? sha256 : sha1) == thumbprint.bytes
    }

    private func digest(_ algorithm: OpaquePointer?) -> [UInt8] {
        var hash = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        guard unsafe EVP_Digest(der, der.count, &hash, &length, algorithm, nil) == 1 else { return [] }
        return Array(hash.prefix(Int(length)))
    }
}

/// The UTC calendar fields of a validity date as a point of time.
private func time(_ date: UnsafePointer<ASN1_TIME>?) -> Timestamp? {
    var fields = unsafe tm()
    guard unsafe ASN1_TIME_to_tm(date, &fields) == 1 else { return nil }
    return unsafe Timestamp(seconds: Int64(timegm(&fields)))
}
