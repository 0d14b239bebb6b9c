package import Grants

/// One request, complete: where, what, with which token, and how long it may take.
package struct HTTPRequest: Equatable, Sendable {
    package enum Method: String, Hashable, Sendable {
        case get = "GET"
        case patch = "PATCH"
        case post = "POST"
    }

    package var method: Method
    package var url: String
    package var headers: [HTTPHeader]
    package var body: HTTPBody?
    /// Becomes the Authorization header at the last moment, inside the transport.
    package var accessToken: Secret?
    package var timeouts: Timeouts

    package init(
        _ method: Method,
        _ url: String,
        headers: [HTTPHeader] = [],
        body: HTTPBody? = nil,
        accessToken: Secret? = nil,
        timeouts: Timeouts = Timeouts()
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.accessToken = accessToken
        self.timeouts = timeouts
    }

    /// Whether curl finds a host in it.
    package static func leads(_ url: String) -> Bool { RequestTarget(url) != nil }

    /// Method and path, as sentences and the log name it.
    package var line: String {
        let path = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).dropFirst(3).first ?? ""
        return SafeText.line("\(method.rawValue) /\(path.prefix { $0 != "?" && $0 != "#" })", limit: 160)
    }

    /// `connect` covers name look-up, TCP, the proxy and TLS; `request` covers everything.
    package struct Timeouts: Hashable, Sendable {
        package var connect: Duration
        package var request: Duration

        package init(connect: Duration = .seconds(10), request: Duration = .seconds(30)) {
            self.connect = connect
            self.request = request
        }
    }
}

extension HTTPRequest: Unprinted {
    package var description: String { "\(method.rawValue) \(SafeText.line(url, limit: 200))" }
}
