/// The two requests that the worker makes of a named location.
extension GraphRequests {
    package func get(id: String, token: AccessToken, clientRequestId: String, priority: Priority = .low) -> HTTPRequest
    {
        request(.get, Self.path(id), token: token, clientRequestId: clientRequestId, priority: priority)
    }

    /// The ranges are canonical CIDR texts, and the whole list: whatever is not in it goes.
    package func patch(
        id: String, ranges: some Sequence<String>, token: AccessToken, clientRequestId: String,
        priority: Priority = .high
    ) -> HTTPRequest {
        request(
            .patch, Self.path(id), body: .json(NamedLocationPatch.body(ranges)), token: token,
            clientRequestId: clientRequestId, priority: priority)
    }

    private static func path(_ id: String) -> String { "identity/conditionalAccess/namedLocations/\(id)" }
}
