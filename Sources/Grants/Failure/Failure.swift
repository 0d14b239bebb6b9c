/// Why a request failed or has to wait: the code, what was seen, and what Graph said about it.
package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    package let code: FailureCode
    /// One sentence or two, for the operator; never file content, never a secret, no control characters.
    package let detail: String
    /// Whether the same request may succeed later, without anybody's doing.
    package let remedy: Remedy
    /// The HTTP status, where there was an answer.
    package var status: Int?
    /// Graph's `request-id`, which Microsoft's support asks for.
    package var graphRequestId: String?

    package init(
        _ code: FailureCode, _ detail: String, remedy: Remedy? = nil, status: Int? = nil, graphRequestId: String? = nil
    ) {
        self.code = code
        self.detail = detail
        self.remedy = remedy ?? code.remedy
        self.status = status
        self.graphRequestId = graphRequestId
    }

    /// The form that Knocknoc's agents log.
    package var description: String {
        "(agent error #\(code)) \(code.title): \(detail)"
    }
}
