import Grants

extension HTTPReply {
    /// Graph's or Entra's own name for this exchange, from the header or else from the body.
    var traceId: String? {
        requestId ?? GraphErrorBody(body)?.requestId ?? OAuthErrorBody(body)?.traceId
    }

    /// What was seen and what to do about it.
    func sentence(_ sight: Sight, to operation: GraphOperation, wait: Duration?, finding: String?) -> String {
        "\(answer(sight, operation)). \(advice(sight, operation, wait: wait, finding: finding))"
    }

    /// `Graph answered 403 AccessDenied: …`, `Entra's token endpoint answered 401 invalid_client AADSTS7000215`.
    private func answer(_ sight: Sight, _ operation: GraphOperation) -> String {
        var text = "\(author(sight, operation)) answered \(asked.isEmpty ? "" : "\(asked) with ")\(status)"
        if operation == .token || operation == .keys, let body = OAuthErrorBody(body) {
            text += " \(body.error)"
            text += body.number.map { " AADSTS\($0)" } ?? ""
        } else if let body = GraphErrorBody(body) {
            text += " \(body.code)"
            text += body.message.isEmpty ? "" : ": \(body.message.droppingFullStop())"
        } else if isPage {
            text += " with a page for people"
        } else if body.isEmpty, status != 204 {
            text += " without content"
        }
        return text
    }

    /// A proxy or portal is named as it names itself.
    private func author(_ sight: Sight, _ operation: GraphOperation) -> String {
        if status == 407 { return "A proxy" }
        let isStranger =
            sight == .foreign || (sight == .notUnderstood && operation == .patch && headers["request-id"] == nil)
        guard isStranger else { return operation.peer }
        let names = ["Server", "Via"].compactMap { name in
            headers[name].map { "\(name): \(SafeText.line($0, limit: 60))" }
        }
        return "A proxy or portal" + (names.isEmpty ? "" : " (\(names.joined(separator: ", ")))")
    }

    private func advice(_ sight: Sight, _ operation: GraphOperation, wait: Duration?, finding: String?) -> String {
        switch sight {
        case .credentialRefused: credentialAdvice
        case .unauthorized:
            "It does not take the access token. Check tenantId, clientId and cloud, and this host's clock."
        case .forbidden: operation == .groups ? groupsAdvice : permissionAdvice(operation)
        case .notFound where operation == .groups: "It has no groups to show there."
        case .notFound:
            "Compare the location's id with the portal; a deleted one can be restored there for a while and keeps its id."
        case .throttled:
            wait.map { "It asks us to wait \($0.seconds) s." }
                ?? "It does not say for how long; the pause grows by itself."
        case .wrongType: finding ?? "It is no IP-based location."
        case .notUnderstood: finding ?? "That is no answer to this request: some proxy may have changed it."
        case .redirected:
            "It points\(headers["Location"].map { " to \(SafeText.line($0, limit: 120))" } ?? " elsewhere"), and redirects "
                + "are not followed: a portal or proxy answered, or a URL in the configuration is wrong."
        case .foreign: "That is not how Microsoft answers: a proxy, a portal or a wrong URL. Let this host pass."
        case .proxyDenied: "The proxy wants a login of its own. Put user and password into the proxy's URL."
        case .badRequest: "It does not take what was sent."
        case .conflict: operation == .groups ? "It is busy." : "It is busy with this location."
        case .refused: "It does not take such a request."
        case .temporarilyUnavailable, .serverFault, .requestTimeout: "A fault on its side; it passes by itself."
        case .unreachable, .unsendable, .timedOut, .untrusted, .garbled: finding ?? ""
        }
    }

    private var credentialAdvice: String {
        guard let body = OAuthErrorBody(body) else { return "" }
        let known = body.number.flatMap(EntraNumber.sentence)
        let words = body.words.isEmpty ? "" : "Entra says: \(body.words)"
        return [known, words].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ")
    }

    private var groupsAdvice: String {
        "To learn who is in authorizedGroups, give the application User.Read.All and GroupMember.Read.All "
            + "(for service principals Application.Read.All), with admin consent."
    }

    private func permissionAdvice(_ operation: GraphOperation) -> String {
        let message = GraphErrorBody(body)?.message.lowercased() ?? ""
        if message.contains("requires conditional access") {
            return "Changing locations is a protected action here. Take the policy off this application."
        }
        return
            "Give the application \(operation == .patch ? "Policy.ReadWrite.ConditionalAccess" : "Policy.Read.All"), "
            + "with admin consent."
    }
}

extension Duration {
    /// Whole seconds, rounded up.
    fileprivate var seconds: Int64 { (wholeMicroseconds + 999_999) / 1_000_000 }
}

extension String {
    fileprivate func droppingFullStop() -> String {
        hasSuffix(".") ? String(dropLast()) : self
    }
}
