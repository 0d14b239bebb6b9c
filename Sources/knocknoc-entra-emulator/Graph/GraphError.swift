/// A refusal by Graph; `reason` is the emulator's own and goes to the log alone.
struct GraphError: Error {
    var status = 400
    var code = "BadRequest"
    let message: String
    var headers: [EmulatedHeader] = []
    var reason: String?

    static let malformed = "The server could not process the request because it is malformed or incorrect."

    /// The text seen in the field for every list Graph does not like; which rule was broken only the log tells.
    static func badRequest(_ message: String = malformed, reason: String? = nil) -> GraphError {
        GraphError(status: 400, code: "BadRequest", message: message, reason: reason)
    }

    static func notFound(_ id: String) -> GraphError {
        GraphError(
            status: 404,
            code: "ResourceNotFound",
            message: "NamedLocation with id \(id) does not exist in the directory."
        )
    }

    static func unauthenticated(_ message: String) -> GraphError {
        GraphError(
            status: 401,
            code: "InvalidAuthenticationToken",
            message: message,
            headers: [EmulatedHeader(name: "WWW-Authenticate", value: bearerChallenge)]
        )
    }

    static let accessDenied = GraphError(
        status: 403,
        code: "AccessDenied",
        message: "You cannot perform the requested operation, required scopes are missing in the token."
    )

    static let insufficientPrivileges = GraphError(
        status: 403,
        code: "Authorization_RequestDenied",
        message: "Insufficient privileges to complete the operation."
    )

    static func throttled(_ retryAfter: EmulatedHeader?) -> GraphError {
        GraphError(
            status: 429,
            code: "TooManyRequests",
            message: "Too many requests.",
            headers: retryAfter.map { [$0] } ?? []
        )
    }

    static let bearerChallenge =
        #"Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", "#
        + #"client_id="00000003-0000-0000-c000-000000000000""#

    func response(to request: EmulatedRequest, at now: ClockReading) -> HTTPResponse {
        let ids = GraphIDs(request)
        let body: JSON = [
            "error": [
                "code": .string(code), "message": .string(message),
                "innerError": [
                    "date": .string(now.zonelessText), "request-id": .string(ids.request),
                    "client-request-id": .string(ids.client),
                ],
            ]
        ]
        var response = HTTPResponse(status: status, json: body, type: "application/json")
        response.headers += headers
        response.addGraphHeaders(ids)
        return response
    }
}

/// The two ids that support asks for.
struct GraphIDs {
    let request = newID()
    let client: String

    init(_ request: EmulatedRequest) {
        client = request["client-request-id"] ?? self.request
    }
}

extension HTTPResponse {
    mutating func addGraphHeaders(_ ids: GraphIDs) {
        add("Cache-Control", "no-cache")
        add("Strict-Transport-Security", "max-age=31536000")
        add("request-id", ids.request)
        add("client-request-id", ids.client)
        add(
            "x-ms-ags-diagnostic",
            #"{"ServerInfo":{"DataCenter":"Emulator","Slice":"E","Ring":"1","ScaleUnit":"000","RoleInstance":"LOOPBACK"}}"#
        )
    }
}
