import Entra
import Grants

/// What stands in the token for Graph, read for diagnosis alone: Microsoft promises nothing about its content.
struct TokenClaimsStep {
    let findings: Findings
    let settings: Settings

    private static let write = "Policy.ReadWrite.ConditionalAccess"
    private static let read = "Policy.Read.All"
    private static let graphId = "00000003-0000-0000-c000-000000000000"

    func run(_ token: AccessToken) {
        let parts = token.secret.revealed.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Base64URL.decode(String(parts[1])),
            let claims = StrictJSON.answer(bytes), claims.isObject
        else {
            findings.warn(
                .tokenReadable, "the token cannot be looked into, which Microsoft allows itself",
                do: "Nothing: the checks of the named locations show what it is good for.")
            findings.skipRest(of: .token, "the token cannot be looked into")
            return
        }
        findings.ok(.tokenReadable, "it is a JSON web token")
        identity(claims)
        roles(claims)
    }

    private func identity(_ claims: JSONValue) {
        compare(.tokenTenant, claims, ["tid"], [settings.entra.tenantId], "tenantId")
        compare(.tokenApplication, claims, ["appid", "azp"], [settings.entra.clientId], "clientId")
        compare(
            .tokenAudience, claims, ["aud"], [settings.entra.graph, settings.entra.graph + "/", Self.graphId], "graph")
    }

    private func compare(_ check: Check, _ claims: JSONValue, _ names: [String], _ wanted: [String], _ key: String) {
        guard let found = names.lazy.compactMap({ claims[$0]?.text }).first else {
            return findings.skip(check, "the token does not say")
        }
        let shown = SafeText.line(found, limit: 80)
        if wanted.contains(where: { $0.lowercased() == found.lowercased() }) {
            findings.ok(check, shown)
        } else if check == .tokenAudience, settings.entra.graph.hasPrefix("http://") {
            findings.ok(check, "\(shown), from an emulator")
        } else {
            findings.warn(
                check, code: .entra001, "the token is for \(shown), and \(key) is \(wanted[0])",
                do: "Compare \(key) and cloud with the portal.")
        }
    }

    private func roles(_ claims: JSONValue) {
        let roles = claims["roles"]?.texts ?? []
        if let scopes = claims["scp"]?.text {
            return rolesAreMissing("the token carries delegated permissions (\(SafeText.line(scopes, limit: 120)))")
        }
        guard !roles.isEmpty else { return rolesAreMissing("the token carries no permission at all") }
        findings.ok(.rolesPresent, "application permissions with consent: \(list(roles))")
        if roles.contains(Self.write) {
            findings.ok(.roleWrite, Self.write)
        } else {
            let instead =
                roles.contains(Self.read) ? "\(Self.read), which only reads, was granted instead" : list(roles)
            findings.fail(
                .roleWrite, code: .entra002, "\(Self.write) is missing: \(instead)",
                do: "Add it as an application permission of Microsoft Graph and grant admin consent.")
        }
        if roles.contains(Self.read) {
            findings.ok(.roleRead, Self.read)
        } else {
            findings.warn(
                .roleRead, code: .entra002, "\(Self.read) is missing, which Microsoft's page asks for beside it",
                do: "Add it with admin consent if reading or writing locations is refused (403).")
        }
        excess(roles)
        groups(roles)
    }

    private func rolesAreMissing(_ seen: String) {
        findings.fail(
            .rolesPresent, code: .entra002,
            "\(seen): added as Delegated instead of Application, or admin consent is missing",
            do: "API permissions: the Type has to be Application, the Status a green tick (Grant admin consent).")
        findings.skip([.roleWrite, .roleRead, .rolesExcess, .rolesGroups], "not reached: roles-present failed")
    }

    private func excess(_ roles: [String]) {
        let known = [Self.write, Self.read, "User.Read.All", "GroupMember.Read.All", "Application.Read.All"]
        let excess = roles.filter { !known.contains($0) }
        guard !excess.isEmpty else { return findings.ok(.rolesExcess, "none beyond what this program uses") }
        findings.warn(
            .rolesExcess, "\(list(excess)) is more than this program uses",
            do: "Take it away: whoever steals the credential could use it.")
    }

    private func groups(_ roles: [String]) {
        guard settings.authentication != nil,
            settings.locations.values.contains(where: { !$0.authorizedGroups.isEmpty })
        else { return findings.skip(.rolesGroups, "no location has authorizedGroups") }
        let isEnough =
            roles.contains("Directory.Read.All")
            || (roles.contains("User.Read.All") && roles.contains("GroupMember.Read.All"))
        if isEnough {
            findings.ok(.rolesGroups, "the groups of users can be looked up")
        } else {
            findings.warn(
                .rolesGroups, code: .entra002,
                "the groups of users cannot be looked up, so only tokens that list them will do",
                do:
                    "Add User.Read.All and GroupMember.Read.All (service principals: Application.Read.All), with consent."
            )
        }
    }

    private func list(_ roles: [String]) -> String {
        SafeText.line(roles.sorted().joined(separator: ", "), limit: 300)
    }
}
