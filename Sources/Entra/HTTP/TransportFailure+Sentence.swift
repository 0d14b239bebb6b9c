extension GraphOperation {
    /// Who was asked, as a sentence names it.
    var peer: String {
        switch self {
        case .token: "Entra's token endpoint"
        case .keys: "Entra's metadata address"
        case .get, .patch, .groups: "Graph"
        }
    }
}

extension TransportFailure {
    /// What was seen and what to do about it; curl's words last, in brackets.
    func sentence(to operation: GraphOperation) -> String {
        "\(story(operation.peer)) (\(curlsWords))"
    }

    private var curlsWords: String {
        let words = message.isEmpty ? "no further words" : message
        return (asked.isEmpty ? "" : "\(asked); ") + (curlCode == 0 ? words : "curl \(curlCode): \(words)")
    }

    private func story(_ peer: String) -> String {
        switch kind {
        case .resolve:
            "The name of \(peer) did not resolve. Look at this host's DNS, and at the proxy setting if it needs one."
        case .connect: "No connection to \(peer): \(reason). Look at firewall, route and proxy for outbound TCP 443."
        case .proxy: proxyStory
        case .reset: resetStory(peer)
        case .tls: tlsStory(peer)
        case .timeout: timeoutStory(peer)
        case .cut: "The answer of \(peer) broke off before its end."
        case .garbled:
            "The answer of \(peer) was not HTTP as it should be: some proxy or another server stands between."
        case .tooLarge: "The answer of \(peer) was larger than any that is expected, and was not read to its end."
        case .unsendable: "The request to \(peer) was not sent. Correct the configuration."
        case .other: "The request to \(peer) failed."
        }
    }

    /// Linux numbers, spelt out because the core knows no C library.
    private var reason: String {
        switch osErrno {
        case 13: "a firewall on this host or on the way forbids it (errno 13)"
        case 101: "there is no route to its network (errno 101)"
        case 111: "it was refused (errno 111)"
        case 113: "the host cannot be reached (errno 113)"
        case 0: "it did not come about"
        case let number: "it failed (errno \(number))"
        }
    }

    private var proxyStory: String {
        switch connectStatus {
        case 0: "The proxy cannot be used. Look at the proxy setting and at HTTPS_PROXY in the service's environment."
        case 407:
            "The proxy wants a login of its own (407). Put user and password into the proxy's URL, or let it pass us."
        default: "The proxy refused the tunnel (\(connectStatus)). Let it pass this host to port 443."
        }
    }

    private func resetStory(_ peer: String) -> String {
        phase == .tls || phase == .tcp
            ? "The connection to \(peer) was closed during the handshake: a firewall or a proxy does not like it."
            : "The connection to \(peer) was closed before an answer began."
    }

    private func timeoutStory(_ peer: String) -> String {
        switch phase {
        case .dns: "The name of \(peer) was not resolved in time: this host's name servers do not answer."
        case .tcp: "\(peer) did not take the connection in time: a firewall drops it silently, or there is no route."
        case .tls: "\(peer) took the connection, and then TLS or the proxy's CONNECT did not come to an end in time."
        case .request: "\(peer) took the request and did not answer in time."
        case .body: "\(peer) began to answer and did not finish in time."
        }
    }

    private func tlsStory(_ peer: String) -> String {
        if curlCode == 77 { return "The file with trusted certificates (caFile) cannot be read, or holds none." }
        guard curlCode == 60 || curlCode == 51 else {
            return
                "No TLS with \(peer): the handshake failed. A proxy that inspects TLS, or a plain port, may be the cause."
        }
        return "The certificate of \(peer) was not believed: \(CertificateFinding(verifyResult).words)"
    }
}
