import Entra
import Grants

extension AuthenticationSettings {
    private static let keys = [
        "enabled", "tenantId", "clientId", "audience", "issuer", "authority", "metadataAddress", "requiredClaims",
        "clockSkew", "jwksKeysCacheDuration", "certificateThumbprint", "entraGroupCacheDuration", "anyTokenOfTenant",
    ]

    enum Switch {
        case leftOut
        case off
        case on(Section)

        /// The section where it is switched on.
        var section: Section? {
            guard case .on(let section) = self else { return nil }
            return section
        }
    }

    /// Switched off, only the names of the keys are looked at: a misspelt `enabled` would leave the gate open.
    static func read(_ top: Section) -> Switch {
        let section = top.section("entraAuthentication", keys: keys)
        guard section.has("enabled") else {
            if !section.all.isEmpty {
                section.mistake("enabled", "is missing; true, or false to have the rest of the section ignored")
            }
            return .leftOut
        }
        return section.bool("enabled", false) ? .on(section) : .off
    }

    /// Nil where something is missing or malformed; the section's mistakes say what.
    init?(_ section: Section, entra: EntraSettings, _ locations: [String: LocationSettings]) {
        section.mustBeThatOfEntra("tenantId", entra.tenantId)
        section.mustBeThatOfEntra("clientId", entra.clientId)
        section.mustBeAuthorityOfEntra(entra)
        let texts = AuthenticationTexts(section, tenantId: entra.tenantId)
        let audience = texts.text("audience", "https://database.windows.net/")
        let issuer = texts.issuer(entra.cloudIssuer)
        let metadata = texts.address(
            "metadataAddress", "\(entra.tenantAuthority)/v2.0/.well-known/openid-configuration")
        let claims = texts.requiredClaims("tid={TenantId};")
        let skew = section.duration("clockSkew", .seconds(300), in: .zero ... .seconds(86_400))
        jwksKeysCacheDuration = section.duration(
            "jwksKeysCacheDuration", jwksKeysCacheDuration, in: .zero ... .seconds(7 * 86_400))
        entraGroupCacheDuration = section.duration(
            "entraGroupCacheDuration", entraGroupCacheDuration, in: .zero ... .seconds(7 * 86_400))
        guard let audience, let issuer, let metadata, let claims else { return nil }
        metadataAddress = metadata
        rules = CallerTokenRules(
            tenantId: entra.tenantId, audience: audience, issuer: issuer, requiredClaims: claims, clockSkew: skew)
        refuseAnybody(section, locations)
    }

    /// With the page's defaults every token of the tenant passes, so somebody has to say that this is meant.
    private func refuseAnybody(_ section: Section, _ locations: [String: LocationSettings]) {
        let isMeant = section.bool("anyTokenOfTenant", false)
        let open = locations.filter { $0.value.authorizedGroups.isEmpty }.keys.sorted()
        guard !isMeant, !open.isEmpty, !rules.requiredClaims.contains(where: \.narrows) else { return }
        section.mistake(
            "requiredClaims",
            "asks for nothing that tells one token of the tenant from another, so anybody in it could open "
                + "\(open.joined(separator: ", ")): ask for a role or an application (\"roles=…;\", \"appid=…;\"), give "
                + "the location authorizedGroups, or say anyTokenOfTenant: true")
    }
}

extension Section {
    /// One application and one tenant: a second value could only be a slip.
    fileprivate func mustBeThatOfEntra(_ key: String, _ expected: String) {
        guard let text = string(key) else { return }
        if text.trimmed != text { warning(key, "has blanks around it, which were cut") }
        guard let identifier = Identifier(text.trimmed) else {
            return mistake(key, "must be a GUID such as 0854951d-5fc0-4eb1-b392-9b2c9d7949c2")
        }
        if identifier.description != expected {
            mistake(key, "differs from entra.\(key), \(expected); leave it out to mean that one")
        }
    }

    fileprivate func mustBeAuthorityOfEntra(_ entra: EntraSettings) {
        guard let text = string("authority")?.trimmed.withTenant(entra.tenantId),
            isAddress("authority", text, mayHaveQuery: false)
        else { return }
        let base = TokenRequest(authority: text, tenantId: entra.tenantId, clientId: "", graph: "").endpoint
        let own = TokenRequest(authority: entra.authority, tenantId: entra.tenantId, clientId: "", graph: "").endpoint
        if base.lowercased() != own.lowercased() {
            mistake("authority", "differs from that of entra, \(entra.tenantAuthority); leave it out to mean that one")
        }
    }
}

extension EntraSettings {
    /// The authority with the tenant at its end, whether or not it was written so.
    fileprivate var tenantAuthority: String {
        let endpoint = TokenRequest(authority: authority, tenantId: tenantId, clientId: "", graph: "").endpoint
        return String(endpoint.dropLast("/oauth2/v2.0/token".count))
    }

    /// The v1.0 issuer; China has one of its own.
    fileprivate var cloudIssuer: String {
        authority.contains(".chinacloudapi.cn") || authority.contains(".microsoftonline.cn")
            ? "https://sts.chinacloudapi.cn/{TenantId}/" : "https://sts.windows.net/{TenantId}/"
    }
}
