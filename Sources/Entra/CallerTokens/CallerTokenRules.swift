package import Grants

/// What a token has to claim, as the Entra Authentication settings say.
package struct CallerTokenRules: Hashable, Sendable {
    /// A GUID in lower case.
    package var tenantId: String
    /// Compared exactly, as all texts here.
    package var audience: String
    package var issuer: String
    package var requiredClaims: [RequiredClaim]
    /// How far this host's clock and Entra's may be apart.
    package var clockSkew: Duration

    package init(
        tenantId: String, audience: String, issuer: String, requiredClaims: [RequiredClaim], clockSkew: Duration
    ) {
        self.tenantId = tenantId
        self.audience = audience
        self.issuer = issuer
        self.requiredClaims = requiredClaims
        self.clockSkew = clockSkew
    }

    /// Of a token whose signature was found good; `now` is the time of the request's first claim.
    package func check(_ claims: CallerClaims, signedWith key: KeyIssuer, at now: Timestamp) throws(CallerRefusal) {
        guard claims["iss"]?.text?.isExactly(issuer) ?? false else {
            throw .issuer(found: claims["iss"].shown, expected: issuer)
        }
        try key.check(issuer: issuer, tenantId: tenantId)
        guard claims["aud"].map({ isAudience($0) }) ?? false else {
            throw .audience(found: claims["aud"].shown, expected: audience)
        }
        guard claims["tid"]?.text?.lowercased() == tenantId else {
            throw .tenant(found: claims["tid"].shown, expected: tenantId)
        }
        try checkTimes(claims, at: now)
        for claim in requiredClaims { try claim.check(claims) }
    }

    private func isAudience(_ value: JSONValue) -> Bool {
        switch value {
        case .string, .array: value.matches(audience)
        case .null, .bool, .number, .object: false
        }
    }

    private func checkTimes(_ claims: CallerClaims, at now: Timestamp) throws(CallerRefusal) {
        guard let end = Timestamp(numericDate: claims["exp"]) else {
            throw .notATime(claim: "end (exp)", found: claims["exp"].shown)
        }
        if let value = claims["nbf"] {
            guard let start = Timestamp(numericDate: value) else {
                throw .notATime(claim: "begin (nbf)", found: value.shown)
            }
            if start > end { throw .neverValid(from: start, until: end) }
            if start > now + clockSkew { throw .notYetValid(from: start, now: now, skew: clockSkew) }
        }
        if end < now - clockSkew { throw .expired(at: end, now: now, skew: clockSkew) }
    }
}

extension String {
    /// With the id in the place of each `{TenantId}`, in whatever case it is written.
    package func withTenant(_ id: String) -> String {
        guard let start = firstIndex(of: "{") else { return self }
        guard let end = self[start...].firstIndex(of: "}") else { return self }
        let rest = String(self[index(after: end)...]).withTenant(id)
        let isPlaceholder = self[index(after: start)..<end].lowercased() == "tenantid"
        return self[..<start] + (isPlaceholder ? id : String(self[start...end])) + rest
    }
}

extension Timestamp {
    /// Seconds since 1970 as RFC 7519 writes them, with or without a fraction; nil for anything after the year 9999.
    fileprivate init?(numericDate value: JSONValue?) {
        guard case .number(let text) = value else { return nil }
        if let seconds = Int64(text), (0...253_402_300_799).contains(seconds) {
            self.init(seconds: seconds)
        } else if let seconds = Double(text), seconds >= 0, seconds < 253_402_300_800 {
            self.init(microseconds: Int64(seconds * 1_000_000))
        } else {
            return nil
        }
    }
}
