import CCurlShim
import Grants

/// One certificate of a server's chain as a person reads it.
package struct ChainCertificate: Hashable, Sendable {
    package let subject: String
    package let issuer: String
    package let notBefore: String
    package let notAfter: String
    package let pem: String
}

extension HTTPTransport {
    /// Whatever certificates stand at that URL, believed or not: this is how an intercepting proxy is named.
    ///
    /// It blocks for at most the connect timeout, uses a connection of its own, and sends no HTTP request over it.
    package func certificateChain(
        of url: String,
        timeouts: HTTPRequest.Timeouts = HTTPRequest.Timeouts()
    ) -> Result<[ChainCertificate], TransportFailure> {
        guard let target = RequestTarget(url), !target.isPlain, let handle = CurlHandle() else {
            return .failure(TransportFailure(.unsendable, .dns, message: "only an https:// URL has certificates"))
        }
        let transfer = Transfer(id: Exchange.ID(number: 0), handle: handle)
        handle.reset()
        prepare(handle, HTTPRequest(.get, url, timeouts: timeouts), isLoopback: target.isLoopback)
        handle.setCallbacks(to: transfer)
        handle.set(CURLOPT_CONNECT_ONLY, 1)
        handle.set(CURLOPT_CERTINFO, 1)  // it stays empty where verification fails, hence:
        handle.set(CURLOPT_SSL_VERIFYPEER, 0)
        handle.set(CURLOPT_SSL_VERIFYHOST, 0)
        let code = handle.refusal == CURLE_OK ? handle.perform() : handle.refusal
        guard code == CURLE_OK else { return transfer.outcome(code).map { _ in [] } }
        return .success(handle.certificates().map(ChainCertificate.init(fields:)))
    }
}

extension ChainCertificate {
    /// From curl's lines `Subject:O = Lab, CN = localhost`.
    fileprivate init(fields: [String]) {
        func field(_ name: String, limit: Int = 300) -> String {
            let line = fields.first { $0.hasPrefix(name + ":") } ?? ""
            return SafeText.line(String(line.dropFirst(name.count + 1)), limit: limit)
        }
        subject = field("Subject")
        issuer = field("Issuer")
        notBefore = field("Start date")
        notAfter = field("Expire date")
        pem = fields.first { $0.hasPrefix("Cert:") }.map { String($0.dropFirst(5)) } ?? ""
    }
}

extension CurlHandle {
    /// Blocks until the transfer is over.
    func perform() -> CURLcode {
        unsafe curl_easy_perform(raw)
    }

    /// The lines that curl keeps about each certificate, the server's own first.
    fileprivate func certificates() -> [[String]] {
        guard let chain = unsafe kn_get_certificates(raw), let lists = unsafe chain.pointee.certinfo else { return [] }
        var result: [[String]] = []
        for index in unsafe 0..<Int(chain.pointee.num_of_certs) {
            var lines: [String] = []
            var next = unsafe lists[index]
            while let line = unsafe next {
                if let text = unsafe line.pointee.data { unsafe lines.append(String(cString: text)) }
                unsafe next = unsafe line.pointee.next
            }
            result.append(lines)
        }
        return result
    }
}
