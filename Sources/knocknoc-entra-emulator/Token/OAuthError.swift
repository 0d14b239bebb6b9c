/// A refusal by the token endpoint.
struct OAuthError: Error {
    var status = 400
    var error = "invalid_request"
    let number: Int
    let text: String
    var suberror: String?

    func response(to request: EmulatedRequest, at now: ClockReading) -> HTTPResponse {
        let trace = newID()
        let correlation = request["client-request-id"] ?? newID()
        let description =
            "AADSTS\(number): \(text)\r\nTrace ID: \(trace)\r\nCorrelation ID: \(correlation)\r\n"
            + "Timestamp: \(now.tokenText)"
        var body: JSON = [
            "error": .string(error), "error_description": .string(description), "error_codes": [.whole(number)],
            "timestamp": .string(now.tokenText), "trace_id": .string(trace), "correlation_id": .string(correlation),
            "error_uri": .string("https://login.microsoftonline.com/error?code=\(number)"),
        ]
        if let suberror { body = body.changed(by: ["suberror": .string(suberror)]) }
        var response = HTTPResponse(status: status, json: body)
        response.addTokenHeaders(request)
        return response
    }
}

extension HTTPResponse {
    mutating func addTokenHeaders(_ request: EmulatedRequest) {
        add("Cache-Control", "no-store, no-cache")
        add("Pragma", "no-cache")
        add("x-ms-request-id", newID())
        if request["return-client-request-id"]?.lowercased() == "true", let id = request["client-request-id"] {
            add("client-request-id", id)
        }
    }
}
