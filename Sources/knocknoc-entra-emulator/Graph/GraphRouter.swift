extension State {
    mutating func graphOutcome(_ request: EmulatedRequest, kind: RequestKind, at now: ClockReading) -> Dealt {
        let isWrite = kind == .patch || kind == .create || kind == .delete
        do throws(GraphError) {
            var response = try graphAnswer(request, kind: kind, at: now)
            response.addGraphHeaders(GraphIDs(request))
            return Dealt(response: response, applied: isWrite ? true : nil)
        } catch {
            return Dealt(
                response: error.response(to: request, at: now),
                reason: error.reason ?? error.message,
                applied: isWrite ? false : nil
            )
        }
    }

    /// The gateway looks at the token, the service behind it at the quota and then at the permissions.
    private mutating func graphAnswer(
        _ request: EmulatedRequest,
        kind: RequestKind,
        at now: ClockReading
    ) throws(GraphError) -> HTTPResponse {
        let path = request.segments.map { $0.lowercased() }
        guard path.first == "v1.0" else { throw .badRequest("Invalid version: \(path.first ?? "").") }
        let token = try authenticated(request, at: now)
        guard path.starts(with: ["v1.0", "identity", "conditionalaccess"]) else {
            switch kind {
            case .groups: return try memberGroups(request, token)
            case .users: return try user(request, token)
            default: throw noSuchSegment(request)
            }
        }
        guard window.admits(at: now, by: settings) else {
            throw .throttled(settings.retryAfter.header(at: now))
        }
        try permit(kind, token)
        switch kind {
        case .get: return try oneLocation(request, at: now)
        case .list: return try locationList(request, at: now)
        case .patch: return try patchLocation(request, at: now)
        case .create: return try createLocation(request, at: now)
        case .delete: return try deleteLocation(request, at: now)
        case .policies: return policyList()
        case .evaluate: return try whatIf(request)
        default: throw wrongTarget(request, path)
        }
    }

    private func authenticated(_ request: EmulatedRequest, at now: ClockReading) throws(GraphError) -> TokenStore.Token
    {
        guard let header = request["authorization"] else { throw .unauthenticated("Access token is empty.") }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw .unauthenticated("Access token is empty.")
        }
        switch tokens.find(String(parts[1]), at: now) {
        case .valid(let token): return token
        case .expired: throw .unauthenticated("Lifetime validation failed, the token is expired.")
        case .revoked: throw .unauthenticated("CompactToken validation failed with reason code: 80049228.")
        case .unknown: throw .unauthenticated("CompactToken parsing failed with error code: 80049217")
        }
    }

    private func permit(_ kind: RequestKind, _ token: TokenStore.Token) throws(GraphError) {
        let mayRead = token.roles.contains("Policy.Read.All")
        let mayWrite = token.roles.contains("Policy.ReadWrite.ConditionalAccess")
        let permitted =
            switch kind {
            case .patch, .create, .delete: mayWrite && (mayRead || !settings.writeNeedsBothRoles)
            case .evaluate: mayRead || mayWrite || token.roles.contains("Policy.Read.ConditionalAccess")
            default: mayRead || mayWrite
            }
        guard permitted else { throw .accessDenied }
    }

    private func noSuchSegment(_ request: EmulatedRequest) -> GraphError {
        .badRequest("Resource not found for the segment '\(request.segments.dropFirst().first ?? "")'.")
    }

    /// A write to the collection's own URL, the id forgotten, answers 404 with a JSON body.
    private func wrongTarget(_ request: EmulatedRequest, _ path: [String]) -> GraphError {
        guard path.count > 3, path[3] == "namedlocations", path.count <= 5 else {
            return .badRequest("Resource not found for the segment '\(request.segments.last ?? "")'.")
        }
        if path.count == 4 && ["PATCH", "DELETE"].contains(request.method) {
            return GraphError(status: 404, code: "ResourceNotFound", message: "Resource not found.")
        }
        return GraphError(
            status: 405,
            message: "Specified HTTP method is not allowed for the request target."
        )
    }
}

extension HTTPResponse {
    /// A success as Graph types it.
    static func graph(_ json: JSON, status: Int = 200) -> HTTPResponse {
        let type = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
        var response = HTTPResponse(status: status, json: json, type: type)
        response.add("OData-Version", "4.0")
        return response
    }
}
