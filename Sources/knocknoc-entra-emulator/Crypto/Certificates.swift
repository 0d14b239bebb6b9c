import COpenSSL

/// The DER bytes of the first certificate in a PEM text.
func certificateDER(pem: String) -> [UInt8]? {
    defer { ERR_clear_error() }
    // The BIO reads from the text itself, which must live as long.
    return unsafe Array(pem.utf8).withUnsafeBytes { text in
        guard let file = unsafe BIO_new_mem_buf(text.baseAddress, Int32(text.count)) else { return nil }
        defer { unsafe BIO_free(file) }
        guard let certificate = unsafe PEM_read_bio_X509(file, nil, nil, nil) else { return nil }
        defer { unsafe X509_free(certificate) }
        return unsafe written { unsafe i2d_X509(certificate, $0) }
    }
}

func parsedCertificate(_ der: [UInt8]) -> OpaquePointer? {
    unsafe der.withUnsafeBufferPointer { buffer in
        var start = buffer.baseAddress
        return unsafe d2i_X509(nil, &start, buffer.count)
    }
}

/// What one of OpenSSL's `i2d` functions writes: it is asked for the length first, then for the bytes.
func written(_ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32) -> [UInt8]? {
    let length = write(nil)
    guard length > 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(length))
    let count = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
        var end = buffer.baseAddress
        return unsafe write(&end)
    }
    return count == length ? bytes : nil
}
