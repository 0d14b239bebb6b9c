import COpenSSL

/// The DER bytes of the first certificate in a PEM text.
func certificateDER(pem: String) -> [UInt8]? {
    defer { ERR_clear_error() }
    let text = Array(pem.utf8)
    guard let file = unsafe BIO_new_mem_buf(text, Int32(text.count)) else { return nil }
    defer { unsafe BIO_free(file) }
    guard let certificate = unsafe PEM_read_bio_X509(file, nil, nil, nil) else { return nil }
    defer { unsafe X509_free(certificate) }
    let length = unsafe i2d_X509(certificate, nil)
    guard length > 0 else { return nil }
    var der = [UInt8](repeating: 0, count: Int(length))
    return unsafe der.withUnsafeMutableBufferPointer { buffer in
        var end = buffer.baseAddress
        return unsafe i2d_X509(certificate, &end)
    } == length ? der : nil
}
