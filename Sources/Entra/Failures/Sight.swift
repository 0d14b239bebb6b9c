/// What came back, sorted by what it means to us and nothing finer: the left column of the decision table.
enum Sight: Hashable, CaseIterable {
    // No whole answer.
    case unreachable
    case unsendable
    case timedOut
    case untrusted
    case garbled
    // An answer that neither Entra nor Graph gives.
    case redirected
    case foreign
    case proxyDenied
    /// Success by its status, but not what was asked for.
    case notUnderstood
    /// A named location of countries, or of another kind that has no ranges.
    case wrongType
    // An answer by its status.
    case badRequest
    case unauthorized
    case forbidden
    case notFound
    case requestTimeout
    case conflict
    case throttled
    case refused
    case serverFault
    // Entra's own words.
    case credentialRefused
    case temporarilyUnavailable
}

extension Sight {
    init(_ failure: TransportFailure) {
        self =
            switch failure.kind {
            case .resolve, .connect, .proxy, .reset, .other: .unreachable
            case .unsendable: .unsendable
            case .timeout: .timedOut
            case .tls: .untrusted
            case .cut, .garbled, .tooLarge: .garbled
            }
    }

    /// Of an answer that is no success, or whose content was found to be none.
    init(_ reply: HTTPReply, to operation: GraphOperation) {
        let isFromGraph = operation == .token || operation == .keys || reply.isSignedByGraph
        self =
            switch reply.status {
            case 407: .proxyDenied
            case 429: .throttled
            case 300...399: .redirected
            case 400... where !isFromGraph: .foreign
            case 408: .requestTimeout
            case 500...: .serverFault
            case 400...499:
                operation == .token || operation == .keys ? Self.tokenRefusal(reply) : Self.graphRefusal(reply)
            default: .notUnderstood
            }
    }

    private static func tokenRefusal(_ reply: HTTPReply) -> Sight {
        guard let body = OAuthErrorBody(reply.body) else { return .foreign }
        return body.error == "temporarily_unavailable" ? .temporarilyUnavailable : .credentialRefused
    }

    private static func graphRefusal(_ reply: HTTPReply) -> Sight {
        switch reply.status {
        case 400, 413, 422: .badRequest
        case 401: .unauthorized
        case 403: .forbidden
        case 404: .notFound
        case 409, 412, 421, 423, 424, 425: .conflict
        default: .refused
        }
    }
}
