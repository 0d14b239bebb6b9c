package import Grants

/// Entra authentication: whether a request comes from somebody who may make it.
///
/// A state without clock or network, as its parts. Whoever waits is judged again after each `receive` of a part, with
/// the same `arrival` and `date` as the first time.
package struct CallerAuthentication {
    package let rules: CallerTokenRules
    package var keys: SigningKeys
    package var groups: GroupCache

    package init(rules: CallerTokenRules, keys: SigningKeys, groups: GroupCache) {
        self.rules = rules
        self.keys = keys
        self.groups = groups
    }

    package enum Judgement: Hashable, Sendable {
        case accepted(Caller)
        case refused(CallerRefusal)
        /// For Entra's keys; where they do come and this token's is never among them, the refusal says so.
        case waitsForKeys(CallerRefusal?)
        case waitsForGroups(GroupMember)
    }

    /// `date` is the wall clock at the request's first claim: by then the token had to be alive, and not a minute longer.
    package mutating func judge(
        _ token: Secret?, for location: String, authorizedGroups: Set<String>,
        since arrival: ContinuousClock.Instant, date: Timestamp, at now: ContinuousClock.Instant
    ) -> Judgement {
        do throws(CallerRefusal) {
            guard let token else { throw .missing }
            let parsed = try CallerToken(parsing: token)
            let issuer: KeyIssuer
            switch keys.check(parsed, since: arrival, at: now) {
            case .genuine(let found): issuer = found
            case .refused(let refusal): throw refusal
            case .waits(let refusal): return .waitsForKeys(refusal)
            }
            try rules.check(parsed.claims, signedWith: issuer, at: date)
            let caller = Caller(parsed.claims)
            guard !authorizedGroups.isEmpty else { return .accepted(caller) }
            let found: Set<String>
            if let listed = caller.groups {
                found = listed
            } else {
                let member = try caller.member()
                switch groups.groups(of: member, since: arrival, at: now) {
                case .groups(let told): found = told
                case .refused(let refusal): throw refusal
                case .waits: return .waitsForGroups(member)
                }
            }
            guard !found.isDisjoint(with: authorizedGroups) else {
                if let name = caller.groups?.filter({ Identifier($0) == nil }).min() {
                    throw .groupsByName(JSONValue.string(name).shown, location: location)
                }
                throw .notInGroup(location: location, allowed: authorizedGroups.count)
            }
            return .accepted(caller)
        } catch {
            return .refused(error)
        }
    }
}
