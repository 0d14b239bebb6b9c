package import Grants

/// What a server answered; the body may hold an access token, so only its size is ever printed.
package struct HTTPReply: Equatable, Sendable {
    package let status: Int
    package let headers: HTTPHeaders
    package let body: [UInt8]
    /// Method and path of what was asked.
    package let asked: String
    /// From the start of the request to its last byte.
    package let elapsed: Duration

    package init(
        status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = [], asked: String = "",
        elapsed: Duration = .zero
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.asked = asked
        self.elapsed = elapsed
    }

    /// The server's idea of now, to hold a broken clock against.
    package var date: Timestamp? {
        headers["Date"].flatMap(Timestamp.init(httpDate:))
    }

    /// What Microsoft's support asks for.
    package var requestId: String? {
        (headers["request-id"] ?? headers["x-ms-request-id"]).map { SafeText.line($0, limit: 80) }
    }

    /// Graph puts its name for the exchange into every answer, or else its own error into it; a proxy does neither.
    var isSignedByGraph: Bool { headers["request-id"] != nil || GraphErrorBody(body) != nil }

    /// A page for people, which neither Graph nor the token endpoint ever sends: some proxy or portal answered.
    package var isPage: Bool {
        if let type = headers["Content-Type"]?.lowercased(), type.contains("html") { return true }
        return StrictJSON.withoutByteOrderMark(body).first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == 0x3C
    }
}

extension HTTPReply: Unprinted {
    package var description: String { "HTTP \(status), \(body.count) bytes" }
}
