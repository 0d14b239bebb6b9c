import Grants

/// One line of the table: what a sight means.
struct Decision: Hashable {
    let code: FailureCode
    let remedy: Remedy
    let scope: FaultScope
    /// A PATCH that ended so may have been carried out, or may still be, later.
    var mayLandLate = false

    init(_ code: FailureCode, _ remedy: Remedy, _ scope: FaultScope) {
        (self.code, self.remedy, self.scope) = (code, remedy, scope)
    }

    /// The other half of an ambiguous end; what was never sent is told by the failure itself.
    var landingLate: Decision {
        var copy = self
        copy.mayLandLate = true
        return copy
    }
}

extension Decision {
    /// The one decision table: what came back × what it was for → code, remedy, scope.
    ///
    /// The design's table of codes says the same in words; `tryAgain` is its "try again", `grace` its "grace, then fail".
    init(_ sight: Sight, to operation: GraphOperation) {
        self =
            switch (sight, operation) {
            // DNS, refused, unreachable, reset before an answer, proxy refuses: nothing but time can mend it.
            case (.unreachable, _): Decision(.entra000, .tryAgain, .endpoint).landingLate
            case (.proxyDenied, _): Decision(.entra000, .tryAgain, .endpoint)
            // We would not send it: settings that no retry changes.
            case (.unsendable, _): Decision(.entra000, .grace, .endpoint)
            case (.untrusted, _): Decision(.entra003, .grace, .endpoint).landingLate
            case (.timedOut, _): Decision(.entra004, .tryAgain, .endpoint).landingLate
            // Cut, garbled, over the cap, 3xx, a page, 2xx that does not parse: somebody else answered.
            case (.garbled, _): Decision(.entra054, .tryAgain, .endpoint).landingLate
            case (.notUnderstood, _): Decision(.entra054, .tryAgain, .endpoint).landingLate
            case (.redirected, _), (.foreign, _): Decision(.entra054, .tryAgain, .endpoint).landingLate

            // 429: the budget is the tenant's, but the token endpoint has its own.
            case (.throttled, .token), (.throttled, .keys), (.throttled, .groups):
                Decision(.entra005, .tryAgain, .endpoint)
            case (.throttled, .get), (.throttled, .patch): Decision(.entra005, .tryAgain, .tenant)

            // The token endpoint: its 5xx and 408 are ENTRA000, its OAuth errors ENTRA001; the keys lie beside it.
            case (.serverFault, .token), (.requestTimeout, .token), (.serverFault, .keys), (.requestTimeout, .keys):
                Decision(.entra000, .tryAgain, .endpoint)
            case (.temporarilyUnavailable, _): Decision(.entra000, .tryAgain, .endpoint)
            case (.credentialRefused, _): Decision(.entra001, .grace, .endpoint)
            case (.badRequest, .token), (.forbidden, .token), (.notFound, .token), (.conflict, .token),
                (.refused, .token), (.wrongType, .token), (.badRequest, .keys), (.forbidden, .keys), (.notFound, .keys),
                (.conflict, .keys), (.refused, .keys), (.wrongType, .keys):
                Decision(.entra054, .tryAgain, .endpoint)

            // Graph, about us: 401 counts only with a fresh token, and 403 may be a token from before the consent.
            case (.unauthorized, _): Decision(.entra001, .grace, .endpoint)
            case (.forbidden, .get), (.forbidden, .patch): Decision(.entra002, .grace, .location)
            case (.notFound, .get), (.notFound, .patch): Decision(.entra052, .grace, .location)

            // Graph, about groups: nobody is let in while they cannot be learnt.
            case (.forbidden, .groups): Decision(.entra002, .grace, .endpoint)
            case (.serverFault, .groups), (.requestTimeout, .groups), (.conflict, .groups):
                Decision(.entra000, .tryAgain, .endpoint)
            case (.badRequest, .groups), (.notFound, .groups), (.refused, .groups), (.wrongType, .groups):
                Decision(.entra054, .grace, .endpoint)

            // Graph, about a GET.
            case (.serverFault, .get), (.requestTimeout, .get), (.conflict, .get):
                Decision(.entra050, .tryAgain, .location)
            case (.badRequest, .get), (.refused, .get): Decision(.entra050, .grace, .location)
            case (.wrongType, .get), (.wrongType, .patch): Decision(.entra053, .grace, .location)

            // Graph, about a PATCH.
            case (.serverFault, .patch), (.requestTimeout, .patch):
                Decision(.entra051, .tryAgain, .location).landingLate
            case (.conflict, .patch): Decision(.entra051, .tryAgain, .location)
            case (.badRequest, .patch): Decision(.entra051, .isolate, .item)
            case (.refused, .patch): Decision(.entra051, .grace, .location)
            }
    }
}
