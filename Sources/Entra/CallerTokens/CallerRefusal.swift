package import Grants

/// Why a request is not believed to come from somebody who may make it: which check failed, and on what.
///
/// What was `found` is fit to be shown; nothing here holds the token or its signature.
package enum CallerRefusal: Error, Hashable, Sendable {
    package enum Part: String, Hashable, Sendable {
        case header
        case claims
        case signature
    }

    // Its form.
    case missing
    case tooLong(Int)
    case parts(Int)
    case encoding(Part)
    case json(Part, JSONError)
    case notAnObject(Part)
    case twins(String, String)
    case type(String)
    case critical
    case algorithm(String)
    case noKeyId
    // Its signature.
    case unknownKey(String, known: Int)
    case signature(hasNonce: Bool)
    // What it claims.
    case issuer(found: String, expected: String)
    case keyIssuer(found: String, expected: String)
    case audience(found: String, expected: String)
    case tenant(found: String, expected: String)
    case notATime(claim: String, found: String)
    case expired(at: Timestamp, now: Timestamp, skew: Duration)
    case notYetValid(from: Timestamp, now: Timestamp, skew: Duration)
    case neverValid(from: Timestamp, until: Timestamp)
    case claimMissing(String)
    case claimEmpty(String)
    case claimValue(String, found: String, expected: String)
    // Whose it is.
    case noObjectId(found: String)
    case unknownToDirectory(String)
    case tooManyGroups(Int)
    case groupsByName(String, location: String)
    case notInGroup(location: String, allowed: Int)
    case owner(UInt32, allowed: [UInt32])

    package var failure: Failure { Failure(.spool006, sentence) }
}
