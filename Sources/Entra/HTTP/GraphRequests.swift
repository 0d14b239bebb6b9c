/// What is asked of Graph: addresses are built from the configured one and from ids, never from what a token holds.
package struct GraphRequests: Hashable, Sendable {
    /// Such as `https://graph.microsoft.com`, without a path.
    package let graph: String
    package let timeouts: HTTPRequest.Timeouts

    package init(graph: String, timeouts: HTTPRequest.Timeouts = HTTPRequest.Timeouts()) {
        self.graph = graph.droppingSlashes()
        self.timeouts = timeouts
    }

    /// What Graph should drop last when it is short of capacity.
    package enum Priority: String, Sendable {
        /// Grants and removals.
        case high
        case normal
        /// Looking for drift.
        case low
    }

    /// `path` is what follows the version.
    func request(
        _ method: HTTPRequest.Method, _ path: String, body: HTTPBody? = nil, token: AccessToken,
        clientRequestId: String, priority: Priority? = nil
    ) -> HTTPRequest {
        var headers = [HTTPHeader("client-request-id", clientRequestId)]
        if let priority { headers.append(HTTPHeader("x-ms-throttle-priority", priority.rawValue)) }
        return HTTPRequest(
            method, root + path, headers: headers, body: body, accessToken: token.secret, timeouts: timeouts)
    }

    /// The next page of a list; nil for a link that leads elsewhere.
    package func next(_ link: String, token: AccessToken, clientRequestId: String) -> HTTPRequest? {
        guard mayFollow(link) else { return nil }
        return request(.get, String(link.dropFirst(root.count)), token: token, clientRequestId: clientRequestId)
    }

    /// The access token goes to Graph and nowhere else, whatever an answer says.
    func mayFollow(_ link: String) -> Bool { link.hasPrefix(root) }

    private var root: String { graph + "/v1.0/" }
}

extension GraphRequests {
    package func policies(token: AccessToken, clientRequestId: String) -> HTTPRequest {
        request(.get, "identity/conditionalAccess/policies", token: token, clientRequestId: clientRequestId)
    }

    package func locations(token: AccessToken, clientRequestId: String) -> HTTPRequest {
        request(.get, "identity/conditionalAccess/namedLocations", token: token, clientRequestId: clientRequestId)
    }

    /// All groups of a user or service principal, also those that it is in through another group.
    package func groups(of member: GroupMember, token: AccessToken, clientRequestId: String) -> HTTPRequest {
        let kind =
            switch member.kind {
            case .user: "users"
            case .servicePrincipal: "servicePrincipals"
            }
        return request(
            .post, "\(kind)/\(member.objectId)/getMemberGroups",
            body: .json(Array(#"{"securityEnabledOnly":false}"#.utf8)), token: token, clientRequestId: clientRequestId)
    }
}

extension String {
    func droppingSlashes() -> String {
        var text = self[...]
        while text.last == "/" { text.removeLast() }
        return String(text)
    }
}
