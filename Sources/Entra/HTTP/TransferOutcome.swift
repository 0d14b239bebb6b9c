import CCurlShim
import Grants

extension Transfer {
    /// What became of the request, once curl has said its code.
    func outcome(_ code: CURLcode) -> Result<HTTPReply, TransportFailure> {
        let status = handle.number(CURLINFO_RESPONSE_CODE)
        if code == CURLE_OK, status > 0, headersAreWhole {
            let elapsed = Duration.microseconds(handle.microseconds(CURLINFO_TOTAL_TIME_T))
            guard body.isEmpty || coding == nil else { return .failure(encoded(status: status)) }
            return .success(
                HTTPReply(status: status, headers: headers, body: body, asked: asked, elapsed: elapsed))
        }
        let message = isRepetition ? "the kept connection broke before an answer" : words(for: code)
        let connectStatus = handle.number(CURLINFO_HTTP_CONNECTCODE)
        let osErrno = handle.number(CURLINFO_OS_ERRNO)
        let failure = CurlFailure(
            code: code,
            osErrno: Int32(truncatingIfNeeded: osErrno),
            connectStatus: connectStatus,
            hasAnswer: status > 0,
            isOverLimit: isOverLimit,
            message: message
        )
        let kind = isOverLimit ? .tooLarge : code == CURLE_OK ? .cut : isRepetition ? .reset : failure.kind
        let ownVerify = handle.number(CURLINFO_SSL_VERIFYRESULT)
        return .failure(
            TransportFailure(
                kind,
                phase(status: status),
                curlCode: Int(code.rawValue),
                osErrno: osErrno,
                verifyResult: ownVerify != 0 ? ownVerify : handle.number(CURLINFO_PROXY_SSL_VERIFYRESULT),
                connectStatus: connectStatus,
                status: status,
                message: code == CURLE_OK ? "the connection was closed inside the headers of the answer" : message,
                asked: asked,
                mayHaveTakenEffect: isSending
            ))
    }

    /// Where curl has cut a proxy's URL in two, what it takes for the host may be half a password.
    private func words(for code: CURLcode) -> String {
        code == CURLE_COULDNT_RESOLVE_PROXY ? "the name of the proxy did not resolve" : handle.message(for: code)
    }

    /// What the body is packed in, although nothing but `identity` was asked for.
    private var coding: String? {
        headers["Content-Encoding"].flatMap { $0.isEmpty || $0.lowercased() == "identity" ? nil : $0 }
    }

    private func encoded(status: Int) -> TransportFailure {
        TransportFailure(
            .garbled, .body, status: status,
            message: "status \(status) with Content-Encoding: \(coding ?? ""), which was not asked for", asked: asked,
            mayHaveTakenEffect: isSending)
    }

    private func phase(status: Int) -> TransportFailure.Phase {
        if isSending { return status > 0 ? .body : .request }
        if handle.microseconds(CURLINFO_NAMELOOKUP_TIME_T) == 0 { return .dns }
        return handle.text(CURLINFO_PRIMARY_IP)?.isEmpty ?? true ? .tcp : .tls
    }
}
