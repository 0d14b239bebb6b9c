package import Grants

/// Asks Graph for all groups of a user or service principal, also those that it is in through another group.
package struct MemberGroupsRequest: Hashable, Sendable {
    /// Such as `https://graph.microsoft.com`, without a path.
    package let graph: String
    package let timeouts: HTTPRequest.Timeouts

    package init(graph: String, timeouts: HTTPRequest.Timeouts = HTTPRequest.Timeouts()) {
        self.graph = graph.droppingSlashes()
        self.timeouts = timeouts
    }

    /// The address is built from the id alone: the one that a token may hold is old, and its holder's to choose.
    package func first(of member: GroupMember, token: AccessToken, clientRequestId: String) -> HTTPRequest {
        let kind =
            switch member.kind {
            case .user: "users"
            case .servicePrincipal: "servicePrincipals"
            }
        return HTTPRequest(
            .post, "\(graph)/v1.0/\(kind)/\(member.objectId)/getMemberGroups",
            headers: [HTTPHeader("client-request-id", clientRequestId)],
            body: .json(Array(#"{"securityEnabledOnly":false}"#.utf8)), accessToken: token.secret, timeouts: timeouts)
    }

    package func next(_ link: String, token: AccessToken, clientRequestId: String) -> HTTPRequest {
        HTTPRequest(
            .get, link, headers: [HTTPHeader("client-request-id", clientRequestId)], accessToken: token.secret,
            timeouts: timeouts)
    }

    /// The access token goes to Graph and nowhere else, whatever an answer says.
    func mayFollow(_ link: String) -> Bool {
        link.hasPrefix(graph + "/v1.0/")
    }
}

/// One page of an answer.
package struct MemberGroups: Hashable, Sendable {
    /// GUIDs in lower case.
    package let groups: [String]
    package let nextLink: String?

    package static func read(
        _ result: Result<HTTPReply, TransportFailure>, now: Timestamp
    ) throws(ReplyVerdict) -> MemberGroups {
        let (reply, members) = try readObject(result, to: .groups, now: now)
        guard case .array(let elements) = members["value"] else {
            throw ReplyVerdict(reply, to: .groups, now: now, finding: "Its content is no list of groups.")
        }
        var groups: [String] = []
        for element in elements {
            guard let text = element.value.text else {
                throw ReplyVerdict(reply, to: .groups, now: now, finding: "Its list of groups holds something else.")
            }
            groups.append(text.lowercased())
        }
        return MemberGroups(groups: groups, nextLink: members["@odata.nextLink"]?.text)
    }
}

extension HTTPReply {
    /// Graph lists at most 11,000 groups and says so when somebody has more.
    var saysTooManyGroups: Bool {
        status == 400 && GraphErrorBody(body)?.code == "Directory_ResultSizeLimitExceeded"
    }
}
