/// An answer before it is put on the wire.
struct HTTPResponse: Sendable {
    var status: Int
    var headers: [EmulatedHeader] = []
    var body: [UInt8] = []
}

extension HTTPResponse {
    init(status: Int = 200, json: JSON, type: String = "application/json; charset=utf-8") {
        self.init(status: status, headers: [EmulatedHeader(name: "Content-Type", value: type)], body: json.bytes)
    }

    mutating func add(_ name: String, _ value: String) {
        headers.append(EmulatedHeader(name: name, value: value))
    }

    /// The status line and headers; 204 and 304 have neither body nor length (RFC 9110, section 8.6).
    func head(date: String, keepsAlive: Bool) -> [UInt8] {
        var text = "HTTP/1.1 \(status) \(HTTPResponse.reason(status))\r\nDate: \(date)\r\n"
        for header in headers { text += "\(header.name): \(header.value)\r\n" }
        if hasBody { text += "Content-Length: \(body.count)\r\n" }
        if !keepsAlive { text += "Connection: close\r\n" }
        return Array((text + "\r\n").utf8)
    }

    var hasBody: Bool { status != 204 && status != 304 && status >= 200 }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 302: "Found"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 423: "Locked"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        default: "Status"
        }
    }
}
