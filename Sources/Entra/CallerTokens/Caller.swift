import Grants

/// Who submitted a request, as far as the groups of a location ask.
package struct Caller: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case user
        case servicePrincipal
    }

    package let kind: Kind
    /// The GUID in lower case; `oid` is what Entra never gives to anybody else.
    package let objectId: String?
    /// Nil where the token does not list them: too many for a token (overage), or not asked for by its audience.
    package let groups: Set<String>?
    private let shownObjectId: String

    package init(_ claims: CallerClaims) {
        kind = Self.kind(claims)
        objectId = claims["oid"]?.text.flatMap(Identifier.init)?.description
        shownObjectId = claims["oid"].shown
        groups = Self.groups(claims)
    }

    /// Whose groups to ask Graph for.
    package func member() throws(CallerRefusal) -> GroupMember {
        guard let objectId else { throw .noObjectId(found: shownObjectId) }
        return GroupMember(kind: kind, objectId: objectId)
    }

    /// `idtyp` is optional: without it, whoever has no scopes and is its own subject is an application.
    private static func kind(_ claims: CallerClaims) -> Kind {
        if let type = claims["idtyp"]?.text { return type == "app" ? .servicePrincipal : .user }
        guard claims["scp"] == nil, let subject = claims["sub"]?.text else { return .user }
        return claims["oid"]?.text?.isExactly(subject) ?? false ? .servicePrincipal : .user
    }

    /// A list that is there is whole: on overage Entra leaves it out and points elsewhere, where we never look.
    private static func groups(_ claims: CallerClaims) -> Set<String>? {
        guard case .array(let elements) = claims["groups"], !isOverage(claims) else { return nil }
        var groups: Set<String> = []
        for element in elements {
            if let text = element.value.text { groups.insert(text.lowercased()) }
        }
        return groups
    }

    private static func isOverage(_ claims: CallerClaims) -> Bool {
        if case .object(let members) = claims["_claim_names"], members.contains(where: { $0.name == "groups" }) {
            return true
        }
        return claims["hasgroups"]?.matches("true") ?? false
    }
}
