extension State {
    /// `getMemberGroups` of a user or a service principal; no tenant-wide limit of one a second here.
    func memberGroups(_ request: EmulatedRequest, _ token: TokenStore.Token) throws(GraphError) -> HTTPResponse {
        let path = request.segments.map { $0.lowercased() }
        guard path.count == 4, request.method == "POST" else {
            throw .badRequest("Resource not found for the segment '\(request.segments.last ?? "")'.")
        }
        let groups: [String]?
        let needed: Set<String>
        switch path[1] {
        case "users":
            groups = userGroups[path[2]]
            needed = ["User.Read.All", "GroupMember.Read.All"]
        case "serviceprincipals":
            groups = principalGroups[path[2]]
            needed = ["Application.Read.All"]
        default: throw .badRequest("Resource not found for the segment '\(request.segments[1])'.")
        }
        guard needed.isSubset(of: token.roles) || token.roles.contains("Directory.Read.All") else {
            throw .insufficientPrivileges
        }
        guard try writtenObject(request)["securityEnabledOnly"]?.flag != nil else {
            throw GraphError(
                code: "Request_BadRequest",
                message: "The parameter 'securityEnabledOnly' in the request body is missing or is not a boolean."
            )
        }
        guard let groups else { throw .noResource(request.segments[2]) }
        return .graph([
            "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#Collection(Edm.String)",
            "value": .texts(groups),
        ])
    }

    /// Turns a user principal name into the object id that the evaluator wants.
    func user(_ request: EmulatedRequest, _ token: TokenStore.Token) throws(GraphError) -> HTTPResponse {
        guard token.roles.contains("User.Read.All") || token.roles.contains("Directory.Read.All") else {
            throw .insufficientPrivileges
        }
        let asked = request.segments[2].lowercased()
        guard let found = users.first(where: { $0.key == asked || $0.value == asked }) else {
            throw .noResource(request.segments[2])
        }
        return .graph([
            "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users/$entity", "id": .string(found.value),
            "userPrincipalName": .string(found.key),
        ])
    }
}

extension GraphError {
    /// The directory's way of saying that there is no such object.
    fileprivate static func noResource(_ id: String) -> GraphError {
        GraphError(
            status: 404,
            code: "Request_ResourceNotFound",
            message: "Resource '\(id)' does not exist or one of its queried reference-property objects are not present."
        )
    }
}
