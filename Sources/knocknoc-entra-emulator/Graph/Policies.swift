extension State {
    func policyList() -> HTTPResponse {
        .graph([
            "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess/policies",
            "value": .array(policies),
        ])
    }

    /// "What if" of the location conditions alone; anything else a policy asks for is taken as met.
    func whatIf(_ request: EmulatedRequest) throws(GraphError) -> HTTPResponse {
        let body = try writtenObject(request)
        guard body["signInIdentity"]?["@odata.type"]?.text == "#microsoft.graph.userSignIn",
            let userID = body["signInIdentity"]?["userId"]?.text,
            body["signInContext"]?["@odata.type"]?.text == "#microsoft.graph.applicationContext"
        else { throw .badRequest(reason: "signInIdentity or signInContext is missing or untyped") }
        var address: [UInt8]?
        if let text = body["signInConditions"]?["ipAddress"]?.text {
            guard let bytes = addressBytes(text) else { throw .badRequest(reason: "'\(text)' is not an address") }
            address = bytes
        }
        var results = policies.map { evaluated($0, address: address, userID: userID) }
        if body["appliedPoliciesOnly"]?.flag == true { results.removeAll { $0["policyApplies"]?.flag != true } }
        let context = "https://graph.microsoft.com/v1.0/$metadata#Collection(microsoft.graph.whatIfAnalysisResult)"
        return .graph(["@odata.context": .string(context), "value": .array(results)])
    }

    private func evaluated(_ policy: JSON, address: [UInt8]?, userID: String) -> JSON {
        var reasons = "notSet"
        if policy["state"]?.text == "disabled" {
            reasons = "policyNotEnabled"
        } else if !concerns(userID, policy["conditions"]?["users"]) {
            reasons = "users"
        } else if !covers(address, policy["conditions"]?["locations"]) {
            reasons = "location"
        }
        return policy.changed(by: ["policyApplies": .bool(reasons == "notSet"), "analysisReasons": .string(reasons)])
    }

    private func concerns(_ userID: String, _ users: JSON?) -> Bool {
        guard let users else { return true }
        let included = users["includeUsers"]?.texts ?? []
        let isExcluded = users["excludeUsers"]?.texts?.contains(userID) ?? false
        return !isExcluded && (included.contains("All") || included.contains(userID))
    }

    private func covers(_ address: [UInt8]?, _ condition: JSON?) -> Bool {
        guard let condition, !condition.isNull else { return true }
        func matches(_ key: String) -> Bool {
            (condition[key]?.texts ?? []).contains { $0 == "All" || holds(address, locationID: $0) }
        }
        return matches("includeLocations") && !matches("excludeLocations")
    }

    private func holds(_ address: [UInt8]?, locationID: String) -> Bool {
        let chosen =
            locationID == "AllTrusted"
            ? locations.all.filter(\.isTrusted) : [locations.current(locationID)].compactMap { $0 }
        return chosen.contains { location in
            guard let address, case .ip(let ranges, _) = location.kind else { return false }
            return ranges.contains { Network($0["cidrAddress"]?.text ?? "")?.contains(address) ?? false }
        }
    }
}

extension TenantLocation {
    fileprivate var isTrusted: Bool { if case .ip(_, isTrusted: true) = kind { true } else { false } }
}
