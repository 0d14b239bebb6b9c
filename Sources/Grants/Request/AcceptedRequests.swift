/// The requests that were proved once, by the hash of their name and bytes: tried again as they are, they need no live
/// token.
///
/// Edited bytes and copies under another name have another hash and need a new proof. Hashing is done outside.
package struct AcceptedRequests: Sendable {
    /// Somewhat beyond that the ones that would be forgotten next go first; they then need a live token again.
    package static let limit = 100_000

    /// What is not on disk yet.
    package struct Change: Sendable {
        package fileprivate(set) var proved: [(hash: [UInt8], end: Timestamp)] = []
        /// What is remembered until then at most goes.
        package fileprivate(set) var forgottenUntil: Timestamp?

        package var isEmpty: Bool { proved.isEmpty && forgottenUntil == nil }
    }

    /// Until when each is remembered.
    private var ends: [Digest: Timestamp] = [:]
    package private(set) var unrecorded = Change()

    package init(recorded: some Sequence<(hash: [UInt8], end: Timestamp)> = EmptyCollection()) {
        for (hash, end) in recorded { ends[Digest(hash)] = end }
    }

    /// How long: as long as a grant can last, and a week at least, in which somebody has time to retry.
    package static func memory(longestGrant: Duration) -> Duration {
        max(longestGrant, .seconds(7 * 86_400))
    }

    package var count: Int { ends.count }

    package func contains(_ hash: [UInt8], at now: Timestamp) -> Bool {
        ends[Digest(hash)].map { now < $0 } ?? false
    }

    /// To be recorded before the request takes effect.
    package mutating func remember(_ hash: [UInt8], until end: Timestamp, at now: Timestamp) {
        let name = Digest(hash)
        if let known = ends[name], known >= end { return }
        ends[name] = end
        unrecorded.proved.append((hash, end))
        if ends.count > Self.limit + Self.limit / 8 { prune(at: now) }
    }

    package mutating func wasRecorded() { unrecorded = Change() }

    /// Forgets what is over, and the next to be over where there are too many.
    private mutating func prune(at now: Timestamp) {
        let surplus = ends.values.sorted().prefix(max(ends.count - Self.limit, 0)).last
        let end = max(now, surplus ?? now)
        ends = ends.filter { end < $0.value }
        unrecorded.forgottenUntil = end
    }
}
