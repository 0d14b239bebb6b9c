import CCurlShim
import Grants

extension CurlHandle {
    /// Every option, every time: `reset` has just taken them all away.
    func prepare(_ request: HTTPRequest, under options: TransportOptions, caFile: String?, isLoopback: Bool) {
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_QUICK_EXIT, 1)  // else a silent name server blocks the whole loop, not one request
        set(CURLOPT_PROTOCOLS_STR, isLoopback && options.allowPlainHTTPOnLoopback ? "http,https" : "https")
        set(CURLOPT_FOLLOWLOCATION, 0)  // curl would take the token along
        set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))  // 7.88 loses requests to an HTTP/2 GOAWAY
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        set(CURLOPT_TCP_NODELAY, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, request.timeouts.connect.roundedMilliseconds)
        set(CURLOPT_TIMEOUT_MS, request.timeouts.request.roundedMilliseconds)
        set(CURLOPT_MAXFILESIZE, TransportOptions.bodyLimit)
        set(CURLOPT_USERAGENT, options.userAgent)
        trust(caFile)
        if let proxy = options.proxy {
            set(CURLOPT_PROXY, proxy)
        } else if isLoopback {
            set(CURLOPT_PROXY, "")  // no proxy of the environment can reach this host's own loopback
        }
        set(CURLOPT_URL, request.url)
        carry(request)
    }

    private func trust(_ caFile: String?) {
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_CAPATH, nil)  // Debian's default folder would stay trusted beside the file, and defeat curl's cache
        if let caFile { set(CURLOPT_CAINFO, caFile) }
    }

    private func carry(_ request: HTTPRequest) {
        var lines = request.headers.map { "\($0.name): \($0.value)" }
        lines += ["Accept: application/json", "Accept-Encoding: identity", "Expect:"]  // no waiting for 100 Continue
        if let token = request.accessToken { lines.append("Authorization: Bearer \(token.revealed)") }
        switch request.method {
        case .get: set(CURLOPT_HTTPGET, 1)
        case .post, .patch:
            set(CURLOPT_POST, 1)
            set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
            setBody(request.body?.bytes ?? [])
            if let body = request.body { lines.append("Content-Type: \(body.contentType)") }
        }
        setHeaders(lines)
    }
}

extension Duration {
    /// Rounded up, at least 1 (curl takes 0 for its own default) and at most what fits an int.
    var roundedMilliseconds: Int {
        let whole = (wholeMicroseconds + 999) / 1_000
        return Int(min(max(whole, 1), Int64(Int32.max)))
    }
}
