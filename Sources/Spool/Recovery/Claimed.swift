import Grants

/// A file in `work/`.
struct Claimed {
    let claim: ClaimName
    /// How many names it has elsewhere.
    let otherLinks: Int
}
