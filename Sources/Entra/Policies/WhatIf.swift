package import Grants

/// A sign-in that Entra's own evaluator is to judge; what is not said cannot be evaluated by policies that need it.
package struct WhatIf: Hashable, Sendable {
    package let user: Identifier
    package let application: Identifier
    /// One address.
    package let address: CIDR

    package init(user: Identifier, application: Identifier, address: CIDR) {
        (self.user, self.application, self.address) = (user, application, address)
    }

    /// GUIDs and an address need no escaping.
    var body: [UInt8] {
        Array(
            """
            {"signInIdentity":{"@odata.type":"#microsoft.graph.userSignIn","userId":"\(user)"},\
            "signInContext":{"@odata.type":"#microsoft.graph.applicationContext","includeApplications":["\(application)"]},\
            "signInConditions":{"ipAddress":"\(address.addressText)"},"appliedPoliciesOnly":false}
            """.utf8)
    }
}

extension ConditionalAccessRequest {
    package func evaluate(_ whatIf: WhatIf, token: AccessToken, clientRequestId: String) -> HTTPRequest {
        HTTPRequest(
            .post, "\(graph)/v1.0/identity/conditionalAccess/evaluate",
            headers: [HTTPHeader("client-request-id", clientRequestId)], body: .json(whatIf.body),
            accessToken: token.secret, timeouts: timeouts)
    }

    /// Looks a user up by name, which takes User.Read.All.
    package func user(_ principalName: String, token: AccessToken, clientRequestId: String) -> HTTPRequest {
        let name = String(decoding: formEncoded(principalName), as: UTF8.self)
        return HTTPRequest(
            .get, "\(graph)/v1.0/users/\(name)?$select=id", headers: [HTTPHeader("client-request-id", clientRequestId)],
            accessToken: token.secret, timeouts: timeouts)
    }
}

/// What one policy would do with that sign-in.
package struct PolicyOutcome: Hashable, Sendable {
    package let policy: ConditionalAccessPolicy
    package let applies: Bool
    /// Microsoft's words, such as `location` or `users`; `notSet` where nothing keeps the policy from applying.
    package let reasons: String
    /// Such as `mfa` or `block`.
    package let controls: [String]

    package static func read(
        _ result: Result<HTTPReply, TransportFailure>, now: Timestamp
    ) throws(ReplyVerdict) -> [PolicyOutcome] {
        try GraphPage.read(result, of: "policies", now: now, PolicyOutcome.init).elements
    }

    private init?(_ members: [String: JSONValue]) {
        guard case .bool(let applies)? = members["policyApplies"], let policy = ConditionalAccessPolicy(members) else {
            return nil
        }
        self.policy = policy
        self.applies = applies
        reasons = plainText(members["analysisReasons"]?.text ?? "notSet", limit: 80)
        controls =
            if case .array(let nodes)? = members["grantControls"]?.member("builtInControls") {
                nodes.compactMap { $0.value.text.map { plainText($0, limit: 40) } }
            } else {
                []
            }
    }
}

/// The object id in the answer about a user.
package func readUserId(
    _ result: Result<HTTPReply, TransportFailure>, now: Timestamp
) throws(ReplyVerdict) -> Identifier {
    let (reply, members) = try readObject(result, to: .get, now: now)
    guard let id = members["id"]?.text.flatMap(Identifier.init) else {
        throw ReplyVerdict(reply, to: .get, now: now, finding: "Its content is no user with an id.")
    }
    return id
}
