import COpenSSL
import COpenSSLTLS
import Glibc

/// The certificate and key the server shows.
///
/// The files are read for each connection: no OpenSSL object is shared between threads, and a test can swap them.
struct TLSFiles: Sendable {
    let certificate: String
    let key: String

    init(certificate: String, key: String) throws(StartError) {
        self.certificate = certificate
        self.key = key
        guard let context = unsafe makeContext() else {
            throw StartError("cannot use \(certificate) with \(key) for TLS")
        }
        unsafe SSL_CTX_free(context)
    }

    /// Shakes hands as the server; nil when that fails, as it should with a client that rejects the certificate.
    func accept(_ socket: Int32) -> OpaquePointer? {
        defer { ERR_clear_error() }
        guard let context = unsafe makeContext() else { return nil }
        defer { unsafe SSL_CTX_free(context) }
        guard let session = unsafe SSL_new(context) else { return nil }
        guard unsafe SSL_set_fd(session, socket) == 1, unsafe SSL_accept(session) == 1 else {
            unsafe SSL_free(session)
            return nil
        }
        return unsafe session
    }

    private func makeContext() -> OpaquePointer? {
        guard let context = unsafe SSL_CTX_new(TLS_server_method()) else { return nil }
        guard unsafe SSL_CTX_use_certificate_chain_file(context, certificate) == 1,
            unsafe SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1,
            unsafe SSL_CTX_check_private_key(context) == 1
        else {
            unsafe SSL_CTX_free(context)
            return nil
        }
        return unsafe context
    }
}
