/// Notices when somebody else changes a named location, without being fooled by reads that are behind.
///
/// Entra answers with old and new lists alternately for a while after a write, so only a late read counts, two have to
/// agree, and a list of our own of the last hour is a stale read.
package struct DriftWatch: Sendable {
    package enum Reading: Hashable, Sendable {
        case agrees
        /// A list that we wrote ourselves not long ago.
        case stale
        /// Different, for the first time; the next read decides.
        case suspect
        /// `added` as Graph has it, since it takes forms that a list of ours cannot hold (`lower-upper`).
        case drifted(added: [String], missing: [CIDR])
    }

    package static let quietAfterWrite = Duration.seconds(300)
    private static let memory = Duration.seconds(3_600)
    private static let secondLook = Duration.seconds(30)

    private let interval: Duration
    private var nextRead: ContinuousClock.Instant
    private var lastWrite: ContinuousClock.Instant?
    /// By their hashes: there may be thousands an hour.
    private var written: [Int: ContinuousClock.Instant] = [:]
    private var suspicion: Shown?
    /// Reads that failed, or were given up for something better, since the last one that did not.
    package private(set) var misses = 0

    /// What a read showed.
    private struct Shown: Equatable {
        let ranges: [CIDR]
        /// What is no network.
        let others: Set<String>
    }

    package init(interval: Duration, at now: ContinuousClock.Instant) {
        self.interval = interval
        nextRead = now + interval
    }

    /// Goes on at another interval, after a reload.
    package func continued(as other: DriftWatch) -> DriftWatch {
        var next = other
        (next.lastWrite, next.written, next.suspicion) = (lastWrite, written, suspicion)
        next.nextRead = min(nextRead, other.nextRead)
        return next
    }

    package mutating func wrote(_ list: [CIDR], at now: ContinuousClock.Instant) {
        if written.count > 100 { written = written.filter { $0.value + Self.memory >= now } }
        written[IPRangeSet.union(of: list).hashValue] = now
        lastWrite = now
        suspicion = nil
    }

    /// When the location should be read next.
    package var readsAt: ContinuousClock.Instant {
        max(nextRead, lastWrite.map { $0 + Self.quietAfterWrite } ?? nextRead)
    }

    /// A read that failed; the next one comes at its time.
    package mutating func missed(at now: ContinuousClock.Instant) {
        misses += 1
        nextRead = now + interval
    }

    /// What a read found, held against what Graph took last.
    package mutating func saw(_ found: [String], confirmed: [CIDR], at now: ContinuousClock.Instant) -> Reading {
        nextRead = now + interval
        misses = 0
        let sight = Shown(
            ranges: IPRangeSet.union(of: found.compactMap(CIDR.init(graph:))),
            others: Set(found.filter { CIDR(graph: $0) == nil }))
        let confirmed = IPRangeSet.union(of: confirmed)
        guard sight != Shown(ranges: confirmed, others: []) else {
            suspicion = nil
            return .agrees
        }
        let isOurs = sight.others.isEmpty && written[sight.ranges.hashValue].map { $0 + Self.memory >= now } ?? false
        if isOurs {
            suspicion = nil
            return .stale
        }
        guard suspicion == sight else {
            suspicion = sight
            nextRead = now + min(Self.secondLook, interval)
            return .suspect
        }
        suspicion = nil
        let (there, ours) = (Set(sight.ranges), Set(confirmed))
        return .drifted(
            added: sight.ranges.filter { !ours.contains($0) }.map(\.description) + sight.others.sorted(),
            missing: confirmed.filter { !there.contains($0) })
    }
}
