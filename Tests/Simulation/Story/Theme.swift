/// What a story can be about that chance seldom makes.
enum Theme: String, CaseIterable {
    /// Entra fails a request with one code and, retried, with another: the first name must not come back.
    case retriedElsewhere
    /// The newer grant of a key is refused by its end; the older one arrives after it.
    case overOnArrival
    /// The newer grant of a key is refused by a revoke; the older one arrives after it.
    case refusedNewer
    /// A revoke meets a grant whose list is under way; an older grant of its key arrives after it.
    case overtakenNewer
    /// Retried after a restart, while the ledger still holds the former verdict.
    case retriedAfterRestart
    /// A restart after an orderly stop, and a crash in that life, whose grant is over at the next start.
    case crashAfterOrderlyStop

    /// What the worker is known to do well in; the others are played where they are asked for by name.
    static let held = allCases
}
