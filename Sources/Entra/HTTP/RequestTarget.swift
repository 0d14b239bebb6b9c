import CCurlShim
import Grants

/// Where a URL leads, read by curl's own parser, so that what is checked is what is dialled.
struct RequestTarget {
    let isPlain: Bool
    let isLoopback: Bool

    init?(_ url: String) {
        guard let parser = unsafe curl_url() else { return nil }
        defer { unsafe curl_url_cleanup(parser) }
        guard unsafe curl_url_set(parser, CURLUPART_URL, url, 0) == CURLUE_OK,
            let scheme = unsafe part(CURLUPART_SCHEME, of: parser), scheme == "http" || scheme == "https",
            let host = unsafe part(CURLUPART_HOST, of: parser)
        else { return nil }
        isPlain = scheme == "http"
        isLoopback = host == "localhost" || host == "[::1]" || isLoopbackIPv4(host)
    }
}

private func part(_ part: CURLUPart, of parser: OpaquePointer) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard unsafe curl_url_get(parser, part, &text, 0) == CURLUE_OK, let found = unsafe text else { return nil }
    defer { unsafe curl_free(found) }
    return unsafe String(cString: found).lowercased()
}

/// Four decimal parts, the first of them 127; a name such as `127.0.0.1.example.com` is none.
private func isLoopbackIPv4(_ host: String) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
}

extension HTTPRequest {
    /// curl sends header lines as they are given: a line break in one would begin another header.
    var hasForbiddenCharacters: Bool {
        var texts = [url] + headers.flatMap { [$0.name, $0.value] }
        if let accessToken { texts.append(accessToken.revealed) }
        if let body { texts.append(body.contentType) }
        return texts.contains { $0.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F } }
            || headers.contains { $0.name.isEmpty || $0.name.utf8.contains { $0 == 0x3A || $0 == 0x3B || $0 == 0x20 } }
    }
}
