import Glibc
import Grants

/// Whose tokens a key may sign, as the key and the document that led to it say.
package struct KeyIssuer: Hashable, Sendable {
    /// The key's own `issuer`, which may hold `{tenantid}`; nil where the document says nothing of the kind.
    package let key: String?
    /// The `issuer` of the discovery document: the v2.0 form of the tenant's issuer.
    package let document: String?

    package init(key: String? = nil, document: String? = nil) {
        self.key = key
        self.document = document
    }

    /// A v1.0 token may be signed by a key that a v2.0 document lists, and such a key names the v2.0 issuer.
    func check(issuer: String, tenantId: String) throws(CallerRefusal) {
        guard let key else { return }
        let effective = key.withTenant(tenantId)
        let known = [issuer, document?.withTenant(tenantId)]
        guard !known.contains(where: { $0?.isExactly(effective) ?? false }) else { return }
        throw .keyIssuer(found: SafeText.line(effective, limit: 100), expected: issuer)
    }
}
