import Grants

@testable import Entra

/// One request through a fresh transport on this host's loopback.
func exchange(
    _ request: HTTPRequest,
    options: TransportOptions = .loopback
) throws -> Result<HTTPReply, TransportFailure> {
    let transport = try HTTPTransport(options)
    return try transport.result(of: request)
}

extension HTTPTransport {
    struct NoCompletion: Error {}

    func result(of request: HTTPRequest) throws -> Result<HTTPReply, TransportFailure> {
        let id = start(request)
        let completions = wait(alsoFor: [], atMost: .seconds(20))
        guard completions.count == 1, let completion = completions.first, completion.id == id else {
            throw NoCompletion()
        }
        return completion.result
    }
}

extension TransportOptions {
    static let loopback = TransportOptions(allowPlainHTTPOnLoopback: true)
}

extension HTTPRequest.Timeouts {
    static let short = HTTPRequest.Timeouts(connect: .milliseconds(300), request: .milliseconds(400))
}

extension Result where Success == HTTPReply, Failure == TransportFailure {
    var failure: TransportFailure? {
        if case .failure(let failure) = self { failure } else { nil }
    }

    var reply: HTTPReply? {
        if case .success(let reply) = self { reply } else { nil }
    }
}
