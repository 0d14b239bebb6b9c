/// The requests that were proved once, by the hash of their name and bytes: tried again as they are, they need no live
/// token.
///
/// Edited bytes and copies under another name have another hash and need a new proof. Hashing is done outside.
package struct AcceptedRequests: Hashable, Sendable {
    /// Somewhat beyond that the ones that would be forgotten next go first; they then need a live token again.
    package static let limit = 100_000

    /// Until when each is remembered.
    private var ends: [Digest: Timestamp] = [:]
    /// Lines of the recorded form that could not be read: a torn tail is one.
    package private(set) var unreadable = 0
    /// Lines that the recorded form would have, those that are over or said twice included.
    package private(set) var recordedLines = 0

    package init() {}

    /// How long: as long as a grant can last, and a week at least, in which somebody has time to retry.
    package static func memory(longestGrant: Duration) -> Duration {
        max(longestGrant, .seconds(7 * 86_400))
    }

    package var count: Int { ends.count }

    package func contains(_ hash: [UInt8], at now: Timestamp) -> Bool {
        ends[Digest(hash)].map { now < $0 } ?? false
    }

    /// The line to append to the recorded form before the request takes effect; nil where it is remembered as long already.
    package mutating func remember(_ hash: [UInt8], until end: Timestamp, at now: Timestamp) -> [UInt8]? {
        precondition(hash.count == 32, "a SHA-256 has 32 bytes")
        let name = Digest(hash)
        if let known = ends[name], known >= end { return nil }
        ends[name] = end
        recordedLines += 1
        if ends.count > Self.limit + Self.limit / 8 { prune(at: now) }
        return Self.line(name, end)
    }

    /// Forgets what is over, and the next to be over where there are too many.
    package mutating func prune(at now: Timestamp) {
        ends = ends.filter { now < $0.value }
        guard ends.count > Self.limit else { return }
        let surplus = ends.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.prefix(ends.count - Self.limit)
        for (name, _) in surplus { ends[name] = nil }
    }
}

/// The recorded form: a line for each, so that one more is an append, `HASH END` and a line end.
extension AcceptedRequests {
    /// What cannot be read is left out: at worst a request needs a live token once more.
    package init(recorded bytes: [UInt8], at now: Timestamp) {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            guard parts.count == 2, let name = Digest(hexadecimal: parts[0]),
                let end = Timestamp(rfc3339: String(decoding: parts[1], as: UTF8.self))
            else {
                unreadable += 1
                continue
            }
            ends[name] = max(ends[name] ?? end, end)
            recordedLines += 1
        }
        // A torn line may look whole, with an end cut short; without its line end it was never made durable.
        if let last = bytes.last, last != UInt8(ascii: "\n") { dropTail(of: bytes) }
        prune(at: now)
    }

    private mutating func dropTail(of bytes: [UInt8]) {
        let whole = bytes[...(bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1)]
        self = AcceptedRequests(recorded: Array(whole), at: Timestamp(microseconds: .min))
        unreadable += 1
    }

    /// All of it anew, sorted by end.
    package var recorded: [UInt8] {
        ends.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.flatMap { Self.line($0.key, $0.value) }
    }

    /// Whether writing it anew is worth it: more than half of a long file says nothing any more.
    package var isWorthRewriting: Bool { recordedLines > 1_000 && recordedLines > ends.count * 2 }

    /// It was written anew.
    package mutating func noteRewritten() {
        (recordedLines, unreadable) = (ends.count, 0)
    }

    private static func line(_ name: Digest, _ end: Timestamp) -> [UInt8] {
        name.hexadecimal + Array(" \(end)\n".utf8)
    }
}
