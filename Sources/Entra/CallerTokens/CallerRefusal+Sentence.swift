import Grants

extension CallerRefusal {
    /// Which check failed, what it expected, what it found, and what to do where that is not plain.
    package var sentence: String {
        switch self {
        case .missing: "token is missing; Entra authentication is on, so a request carries an access token"
        case .tooLong(let size):
            "the token has \(size) bytes; \(CallerToken.sizeLimit) are allowed"
        case .parts(let count):
            "the token has \(count == 1 ? "1 part" : "\(count) parts") between dots; an access token has 3"
                + (count == 5 ? " (5: it is encrypted)" : "")
        case .encoding(let part):
            "the token's \(part.rawValue) is not base64url; hand the token in as it was issued, without Bearer, "
                + "blanks or line ends"
        case .json(let part, let error):
            "the token's \(part.rawValue) is not sound JSON: \(error.description.replacing("the file", with: "it"))"
        case .notAnObject(let part): "the token's \(part.rawValue) is JSON, but not an object"
        case .twins(let one, let other):
            "the token has a name twice, differing in case alone (\(name(one)), \(name(other)))"
        case .type(let found): "the token's type (typ) is \(found), not \"JWT\""
        case .critical: "the token's header demands extensions (crit), and none is known here"
        case .algorithm(let found):
            "the token's algorithm (alg) is \(found); only \"RS256\" is taken, which is what Entra signs with"
        case .noKeyId: "the token's header names no key (kid), so nothing says which of Entra's keys signed it"
        case .unknownKey(let id, let known):
            "the token's key (kid) \(name(id)) is not among the \(known) that Entra publishes at metadataAddress"
        case .signature(let hasNonce):
            "the token's signature is wrong: it was changed, or not signed by Entra"
                + (hasNonce
                    ? "; its header has a nonce, as tokens for Microsoft Graph do, which nobody but Graph can verify: "
                        + "ask for one for the configured audience" : "")
        case .issuer(let found, let expected): "the token's issuer (iss) is \(found), expected \"\(expected)\""
        case .keyIssuer(let found, let expected):
            "the key that signed the token is for the issuer \"\(found)\", and the token's issuer is \"\(expected)\""
        case .audience(let found, let expected): "the token's audience (aud) is \(found), expected \"\(expected)\""
        case .tenant(let found, let expected): "the token's tenant (tid) is \(found), expected \"\(expected)\""
        case .notATime(let claim, let found): "the token's \(claim) is \(found), not a time in seconds since 1970"
        case .expired(let end, let now, let skew):
            "the token expired (exp) at \(end); it was looked at \(now)\(allowing(skew))"
        case .notYetValid(let start, let now, let skew):
            "the token is not valid before (nbf) \(start); it was looked at \(now)\(allowing(skew)): "
                + "is this host's clock right?"
        case .neverValid(let start, let end): "the token begins (nbf) at \(start), after its end (exp) at \(end)"
        case .claimMissing(let claim): "the token has no claim \(name(claim)), which requiredClaims asks for"
        case .claimEmpty(let claim): "the token's claim \(name(claim)) is empty, and requiredClaims asks for it"
        case .claimValue(let claim, let found, let expected):
            "the token's claim \(name(claim)) is \(found), and requiredClaims asks for \(name(expected))"
        case .noObjectId(let found):
            "the token's object id (oid) is \(found), not a GUID, so its groups cannot be asked for"
        case .unknownToDirectory(let id):
            "Entra knows no user or service principal \(id) (the token's oid), so its groups are not known"
        case .tooManyGroups(let limit):
            "Entra lists more than \(limit) groups for whoever submitted this, and no more are read"
        case .groupsByName(let found, let location):
            "the token lists its groups by name (\(found)), and the authorizedGroups of \(location) are GUIDs: let the "
                + "application's token configuration emit Group ID instead"
        case .notInGroup(let location, let allowed):
            "whoever submitted this is in none of the \(allowed) authorizedGroups of \(location)"
        case .owner(let uid, let allowed):
            "the file belongs to uid \(uid); allowedOwners lets in \(list(allowed))"
        }
    }

    private func name(_ text: String) -> String {
        JSONValue.string(text).shown
    }

    private func allowing(_ skew: Duration) -> String {
        skew == .zero ? "" : " and clockSkew allows \(skew.clock)"
    }

    private func list(_ uids: [UInt32]) -> String {
        let rest = uids.count - 10
        return uids.prefix(10).map(String.init).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}
