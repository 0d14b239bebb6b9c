import Entra
import Grants

/// The way to Entra and to Graph, without a request: DNS, TCP, TLS and who signed the certificate.
struct NetworkStep {
    let findings: Findings
    let transport: HTTPTransport
    let entra: EntraSettings
    let now: Timestamp

    func run() {
        ProxyFinding(findings: findings, proxy: entra.proxy).run([entra.authority, entra.graph])
        trust()
        for url in hosts { probe(url) }
    }

    /// Entra and Graph; one where an emulator is both.
    private var hosts: [String] {
        let (authority, graph) = (origin(entra.authority), origin(entra.graph))
        return authority == graph ? [graph] : [authority, graph]
    }

    private func trust() {
        let trust = TrustInventory(caFile: entra.caFile)
        if let file = entra.caFile, trust.ownCount == 0 {
            findings.fail(
                .caBundle, code: .entra003, "caFile \(file) holds no certificate",
                do: "Put the PEM certificate of your own or your proxy's CA there.")
        } else if trust.systemCount == 0 {
            findings.fail(
                .caBundle, code: .entra003, "this host trusts no CA: \(trust.systemFile ?? "no bundle") holds none",
                do: "`apt-get install --reinstall ca-certificates` (yum: and update-ca-trust).")
        } else {
            let own = trust.ownCount.map { ", and \($0) of caFile" } ?? ""
            findings.ok(.caBundle, "\(trust.systemCount) CAs of \(trust.systemFile ?? "the system")\(own)")
        }
    }

    private func probe(_ url: String) {
        let host = host(of: url)
        let isPlain = url.hasPrefix("http://")
        if isPlain {
            findings.warn(
                .networkTLS, of: host, "plain http, which only an emulator on this host speaks",
                do: "For Microsoft's own take the settings authority and graph out of the configuration.")
        } else {
            findings.ok(.networkTLS, of: host, "TLS 1.2 or later is demanded")
        }
        let timeouts = HTTPRequest.Timeouts(connect: entra.connectTimeout, request: entra.requestTimeout)
        switch transport.probe(url, timeouts: timeouts) {
        case .success(let address):
            findings.ok(.dns, of: host, "it resolves")
            findings.ok(.tcp, of: host, "\(address.isEmpty ? "a connection" : address) takes connections")
            if isPlain {
                findings.skip([.tls, .tlsIssuer, .tlsDates], of: host, "plain http")
            } else {
                findings.ok(.tls, of: host, "its certificate is believed")
                CertificateStep(findings: findings, transport: transport, now: now).run(
                    url, host: host, isBelieved: true, timeouts: timeouts)
            }
        case .failure(let failure): report(failure, url, host, timeouts)
        }
    }

    private func report(
        _ failure: TransportFailure, _ url: String, _ host: String, _ timeouts: HTTPRequest.Timeouts
    ) {
        let operation: GraphOperation = origin(entra.graph) == url ? .get : .token
        let error = ReplyVerdict(failure, to: operation).error
        switch (failure.kind, failure.phase) {
        case (.proxy, _):
            findings.fail(.networkProxy, of: host, error)
            findings.skip([.dns, .tcp, .tls, .tlsIssuer, .tlsDates], of: host, "the proxy is in the way")
        case (.resolve, _), (_, .dns):
            findings.fail(.dns, of: host, error)
            findings.skip([.tcp, .tls, .tlsIssuer, .tlsDates], of: host, "not reached: dns failed")
        case (.connect, _), (_, .tcp):
            findings.ok(.dns, of: host, "it resolves")
            findings.fail(.tcp, of: host, error)
            findings.skip([.tls, .tlsIssuer, .tlsDates], of: host, "not reached: tcp failed")
        default:
            findings.ok(.dns, of: host, "it resolves")
            findings.ok(.tcp, of: host, "it takes connections")
            findings.fail(.tls, of: host, error)
            CertificateStep(findings: findings, transport: transport, now: now).run(
                url, host: host, isBelieved: false, timeouts: timeouts)
        }
    }
}

/// `https://graph.microsoft.com/v1.0` → `https://graph.microsoft.com`.
private func origin(_ url: String) -> String {
    guard let start = url.firstRange(of: "://") else { return url }
    return String(url[..<start.upperBound] + url[start.upperBound...].prefix { $0 != "/" })
}

private func host(of url: String) -> String {
    guard let start = url.firstRange(of: "://") else { return url }
    return String(url[start.upperBound...])
}
