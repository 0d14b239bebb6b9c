/// Why a file of trusted certificates cannot be used.
package enum CAFileFault: Error, Hashable, Sendable {
    case unreadable(String)
    case empty
    case notPEM
    case broken(number: Int)

    /// Nil for a file that the transport takes.
    package init?(in file: String) {
        guard case .failure(let fault) = TrustBundle.read(file) else { return nil }
        self = fault
    }

    package var words: String {
        switch self {
        case .unreadable(let reason): "cannot be read: \(reason)"
        case .empty: "holds no certificate"
        case .notPEM: "holds a certificate in DER form; `openssl x509 -inform DER -in FILE -out FILE.pem` makes it PEM"
        case .broken(let number): "holds a certificate that is damaged or cut off: number \(number) in the file"
        }
    }
}
