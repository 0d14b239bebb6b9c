package import Grants

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

    private init?(_ json: JSONValue) {
        guard case .bool(let applies)? = json["policyApplies"], let policy = ConditionalAccessPolicy(json) else {
            return nil
        }
        self.policy = policy
        self.applies = applies
        reasons = SafeText.line(json["analysisReasons"]?.text ?? "notSet", limit: 80)
        controls = (json["grantControls"]?["builtInControls"]?.texts ?? []).map { SafeText.line($0, limit: 40) }
    }
}
