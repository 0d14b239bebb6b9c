/// OpenSSL's verify result (X509_V_ERR_…) in words, with what to do.
struct CertificateFinding {
    let words: String

    init(_ verifyResult: Int) {
        words =
            switch verifyResult {
            case 1, 62: "it is for another host name. \(Self.interceptor)"
            case 9, 11, 13: "it is not valid yet. \(Self.clock)"
            case 10, 12, 14: "it has expired. \(Self.clock)"
            case 18: "it is self-signed. \(Self.interceptor)"
            case 19: "its chain ends in a root that this host does not trust. \(Self.interceptor)"
            case 2, 20, 21: "its issuer is unknown to this host. \(Self.interceptor)"
            case 4, 7: "its signature is wrong. \(Self.interceptor)"
            case 23: "it has been revoked."
            case 22, 24, 25, 26, 79: "its chain is not fit for a server. \(Self.interceptor)"
            case 66, 67: "a key in its chain is too short for this host's policy."
            case 68: "its chain is signed with a hash that is too weak for this host's policy."
            case let other: "OpenSSL's verify result is \(other)."
            }
    }

    private static let clock = "If the certificate is Microsoft's, this host's clock is wrong."
    private static let interceptor =
        "Usually a proxy inspects TLS here: set caFile to its CA, or let it pass; `doctor` shows who signed."
}
