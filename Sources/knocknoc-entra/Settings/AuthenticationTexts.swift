import Entra
import Grants

/// The texts of the section, with the tenant's id put in where the page says.
struct AuthenticationTexts {
    let section: Section
    let tenantId: String

    init(_ section: Section, tenantId: String) {
        (self.section, self.tenantId) = (section, tenantId)
    }

    func text(_ key: String, _ fallback: String) -> String? {
        guard section.has(key) else { return fallback.withTenant(tenantId) }
        guard let text = section.string(key) else { return nil }
        if text.trimmed != text { section.warning(key, "has blanks around it, which were cut") }
        guard !text.trimmed.isEmpty else {
            section.mistake(key, "is empty; leave it out for \"\(fallback)\"")
            return nil
        }
        return text.trimmed.withTenant(tenantId)
    }

    /// Compared byte by byte, so what can never match is said here and not at each request.
    func issuer(_ fallback: String) -> String? {
        guard let issuer = text("issuer", fallback), isWithoutPlaceholder("issuer", issuer) else { return nil }
        guard issuer.hasPrefix("https://") else {
            section.mistake("issuer", "must be the issuer that tokens name, such as \"\(fallback)\"")
            return nil
        }
        guard issuer.lowercased().contains(tenantId) else {
            section.mistake("issuer", "does not hold the tenant's id; write {TenantId} in its place")
            return nil
        }
        if issuer.hasPrefix("https://sts."), !issuer.hasSuffix("/") {
            section.warning("issuer", "has no slash at its end; that of Entra's v1.0 tokens has one")
        }
        return issuer
    }

    func address(_ key: String, _ fallback: String) -> String? {
        guard section.has(key) else { return fallback }
        guard let text = text(key, fallback), isWithoutPlaceholder(key, text) else { return nil }
        return section.isAddress(key, text, mayHaveQuery: true) ? text : nil
    }

    func requiredClaims(_ fallback: String) -> [RequiredClaim]? {
        // An empty text asks for nothing, which `refuseAnybody` judges.
        let written = section.has("requiredClaims") ? section.string("requiredClaims") : fallback
        guard let text = written?.withTenant(tenantId), isWithoutPlaceholder("requiredClaims", text) else { return nil }
        guard let claims = RequiredClaim.parse(text) else {
            section.mistake("requiredClaims", "has a value without a name; write \"claim;claim=value;\"")
            return nil
        }
        return claims
    }

    private func isWithoutPlaceholder(_ key: String, _ text: String) -> Bool {
        guard let start = text.firstIndex(of: "{"), let end = text[start...].firstIndex(of: "}") else { return true }
        section.mistake(key, "holds \(text[start...end]), which stands for nothing; {TenantId} is what is replaced")
        return false
    }
}
