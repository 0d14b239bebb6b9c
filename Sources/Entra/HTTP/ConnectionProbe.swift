import CCurlShim

extension HTTPTransport {
    /// Whether a connection to that URL comes about, with a certificate that is believed; the answer is the address.
    ///
    /// It blocks for at most the connect timeout, uses a connection of its own, and sends no HTTP request over it.
    package func probe(
        _ url: String, timeouts: HTTPRequest.Timeouts = HTTPRequest.Timeouts()
    ) -> Result<String, TransportFailure> {
        guard let target = RequestTarget(url), let handle = CurlHandle() else {
            return .failure(TransportFailure(.unsendable, .dns, message: "this is no http or https URL"))
        }
        let transfer = Transfer(id: Exchange.ID(number: 0), handle: handle)
        handle.reset()
        prepare(handle, HTTPRequest(.get, url, timeouts: timeouts), isLoopback: target.isLoopback)
        handle.setCallbacks(to: transfer)
        handle.set(CURLOPT_CONNECT_ONLY, 1)
        let code = handle.refusal == CURLE_OK ? handle.perform() : handle.refusal
        guard code == CURLE_OK else { return transfer.outcome(code).map { _ in "" } }
        return .success(handle.text(CURLINFO_PRIMARY_IP) ?? "")
    }
}
