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

extension GraphRequests {
    package func evaluate(_ whatIf: WhatIf, token: AccessToken, clientRequestId: String) -> HTTPRequest {
        request(
            .post, "identity/conditionalAccess/evaluate", body: .json(whatIf.body), token: token,
            clientRequestId: clientRequestId)
    }

    /// Looks a user up by name, which takes User.Read.All.
    package func user(_ principalName: String, token: AccessToken, clientRequestId: String) -> HTTPRequest {
        let name = String(decoding: formEncoded(principalName), as: UTF8.self)
        return request(.get, "users/\(name)?$select=id", token: token, clientRequestId: clientRequestId)
    }
}

/// The object id in the answer about a user.
package func readUserId(
    _ result: Result<HTTPReply, TransportFailure>, now: Timestamp
) throws(ReplyVerdict) -> Identifier {
    let (reply, json) = try readObject(result, to: .get, now: now)
    guard let id = json["id"]?.text.flatMap(Identifier.init) else {
        throw ReplyVerdict(reply, to: .get, now: now, finding: "Its content is no user with an id.")
    }
    return id
}
