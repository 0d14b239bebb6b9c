/// What happens on the connection once a request has been dealt with.
enum Reply: Sendable {
    case answer(HTTPResponse, afterMilliseconds: Int)
    /// Whole head, half the body, then the connection closes.
    case cutBody(HTTPResponse)
    /// Half the head, then the connection closes.
    case cutHead(HTTPResponse)
    /// An orderly close without an answer.
    case close(afterMilliseconds: Int)
    /// A TCP reset without an answer.
    case reset
}
