/// The two requests that the worker makes of a named location.
package struct NamedLocationRequest: Sendable {
    /// Such as `https://graph.microsoft.com`, without a path.
    package var graph: String
    package var timeouts: HTTPRequest.Timeouts

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

    package func get(id: String, token: AccessToken, clientRequestId: String, priority: Priority = .low) -> HTTPRequest
    {
        HTTPRequest(
            .get,
            url(id),
            headers: headers(clientRequestId, priority),
            accessToken: token.secret,
            timeouts: timeouts
        )
    }

    /// The ranges are canonical CIDR texts, and the whole list: whatever is not in it goes.
    package func patch(
        id: String,
        ranges: some Sequence<String>,
        token: AccessToken,
        clientRequestId: String,
        priority: Priority = .high
    ) -> HTTPRequest {
        HTTPRequest(
            .patch,
            url(id),
            headers: headers(clientRequestId, priority),
            body: .json(NamedLocationPatch.body(ranges)),
            accessToken: token.secret,
            timeouts: timeouts
        )
    }

    private func url(_ id: String) -> String {
        "\(graph)/v1.0/identity/conditionalAccess/namedLocations/\(id)"
    }

    private func headers(_ clientRequestId: String, _ priority: Priority) -> [HTTPHeader] {
        [HTTPHeader("client-request-id", clientRequestId), HTTPHeader("x-ms-throttle-priority", priority.rawValue)]
    }
}

extension String {
    func droppingSlashes() -> String {
        var text = self[...]
        while text.last == "/" { text.removeLast() }
        return String(text)
    }
}
