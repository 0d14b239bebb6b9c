import Entra
import Grants

/// Who signed a server's certificate: Microsoft's own CAs, or somebody between.
struct CertificateStep {
    let findings: Findings
    let transport: HTTPTransport
    let now: Timestamp

    func run(_ url: String, host: String, isBelieved: Bool, timeouts: HTTPRequest.Timeouts) {
        guard case .success(let chain) = transport.certificateChain(of: url, timeouts: timeouts),
            let server = chain.first, let last = chain.last
        else {
            return findings.skip([.tlsIssuer, .tlsDates], of: host, "no certificate could be had")
        }
        issuer(server, last, host, isBelieved: isBelieved)
        let dates = "from \(server.notBefore) to \(server.notAfter)"
        if isBelieved {
            findings.ok(.tlsDates, of: host, "its certificate is good \(dates)")
        } else {
            findings.warn(
                .tlsDates, of: host, "its certificate says that it is good \(dates), and here it is \(now)",
                do: "If now lies outside: `date -u`, then `timedatectl set-ntp true` where this clock is wrong.")
        }
    }

    private func issuer(_ server: ChainCertificate, _ last: ChainCertificate, _ host: String, isBelieved: Bool) {
        let top = last.issuer == server.issuer ? "" : ", up to \"\(last.issuer)\""
        let seen = "\"\(server.subject)\" is signed by \"\(server.issuer)\"\(top)"
        guard !Self.isMicrosofts(server.issuer) else {
            findings.ok(.tlsIssuer, of: host, seen)
            return
        }
        let text = "\(seen), which is no CA of Microsoft's: an intercepting proxy (TLS inspection) answers"
        if isBelieved {
            findings.warn(
                .tlsIssuer, of: host, code: .entra003, text,
                do: "It works, since its CA is trusted here, but it can read the token. Have it let this host pass.")
        } else {
            findings.fail(
                .tlsIssuer, of: host, code: .entra003, text,
                do: "Have the proxy let *.microsoft.com and *.microsoftonline.com pass, or set caFile to its CA.")
        }
    }

    /// By the organisation, which a public CA certifies and a proxy of one's own does not carry.
    static func isMicrosofts(_ issuer: String) -> Bool {
        let organisations = ["Microsoft Corporation", "DigiCert Inc", "DigiCert, Inc."]
        return organisations.contains { name in
            ["O = \(name)", "O=\(name)", "O = \"\(name)\"", "O=\"\(name)\""].contains { issuer.contains($0) }
        }
    }
}
