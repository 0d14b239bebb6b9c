import Grants

/// What is asked of Conditional Access beside the locations that the worker writes; nothing of it changes anything.
package struct ConditionalAccessRequest: Hashable, Sendable {
    /// Such as `https://graph.microsoft.com`, without a path.
    package let graph: String
    package let timeouts: HTTPRequest.Timeouts

    package init(graph: String, timeouts: HTTPRequest.Timeouts = HTTPRequest.Timeouts()) {
        self.graph = graph.droppingSlashes()
        self.timeouts = timeouts
    }

    package func policies(token: AccessToken, clientRequestId: String) -> HTTPRequest {
        get("\(graph)/v1.0/identity/conditionalAccess/policies", token, clientRequestId)
    }

    package func locations(token: AccessToken, clientRequestId: String) -> HTTPRequest {
        get("\(graph)/v1.0/identity/conditionalAccess/namedLocations", token, clientRequestId)
    }

    /// Nil for a link that leads elsewhere: the access token goes to Graph and nowhere else, whatever an answer says.
    package func next(_ link: String, token: AccessToken, clientRequestId: String) -> HTTPRequest? {
        guard link.hasPrefix(graph + "/v1.0/") else { return nil }
        return get(link, token, clientRequestId)
    }

    private func get(_ url: String, _ token: AccessToken, _ clientRequestId: String) -> HTTPRequest {
        HTTPRequest(
            .get, url, headers: [HTTPHeader("client-request-id", clientRequestId)], accessToken: token.secret,
            timeouts: timeouts)
    }
}

/// One page of a list, and where the next one is.
package struct GraphPage<Element: Sendable>: Sendable {
    package let elements: [Element]
    package let nextLink: String?

    /// `make` answers nil for an element that is left out.
    static func read(
        _ result: Result<HTTPReply, TransportFailure>, of noun: String, now: Timestamp,
        _ make: ([String: JSONValue]) -> Element?
    ) throws(ReplyVerdict) -> GraphPage {
        let (reply, members) = try readObject(result, to: .get, now: now)
        guard case .array(let values) = members["value"] else {
            throw ReplyVerdict(reply, to: .get, now: now, finding: "Its content is no list of \(noun).")
        }
        var elements: [Element] = []
        for value in values {
            if case .object(let members) = value.value, let element = make(members.values) { elements.append(element) }
        }
        return GraphPage(elements: elements, nextLink: members["@odata.nextLink"]?.text)
    }
}
