/// Notices when somebody else changes a named location, without being fooled by reads that are behind.
///
/// Entra answers with old and new lists alternately for a while after a write, so only a late read counts, two have to
/// agree, and a list of our own of the last hour is a stale read.
package struct DriftWatch: Sendable {
    package enum Finding: Hashable, Sendable {
        case agrees
        /// A list that we wrote ourselves not long ago.
        case stale
        /// Different, for the first time; the next read decides.
        case suspect
        case drifted(added: [CIDR], missing: [CIDR])
    }

    package static let quietAfterWrite = Duration.seconds(300)
    private static let memory = Duration.seconds(3_600)
    private static let secondLook = Duration.seconds(30)

    private let interval: Duration
    private var nextRead: ContinuousClock.Instant
    private var lastWrite: ContinuousClock.Instant?
    private var written: [(list: [CIDR], at: ContinuousClock.Instant)] = []
    private var suspicion: [CIDR]?

    package init(interval: Duration, at now: ContinuousClock.Instant) {
        self.interval = interval
        nextRead = now + interval
    }

    package mutating func wrote(_ list: [CIDR], at now: ContinuousClock.Instant) {
        written.removeAll { $0.at + Self.memory < now }
        if written.last?.list == list { written.removeLast() }
        written.append((list, now))
        lastWrite = now
        suspicion = nil
    }

    /// When the location should be read next.
    package var readsAt: ContinuousClock.Instant {
        max(nextRead, lastWrite.map { $0 + Self.quietAfterWrite } ?? nextRead)
    }

    /// A read that failed; the next one comes at its time.
    package mutating func missed(at now: ContinuousClock.Instant) {
        nextRead = now + interval
    }

    /// What a read found, held against what Graph took last.
    package mutating func saw(_ found: [CIDR], confirmed: [CIDR], at now: ContinuousClock.Instant) -> Finding {
        nextRead = now + interval
        let found = IPRangeSet.union(of: found)
        let confirmed = IPRangeSet.union(of: confirmed)
        guard found != confirmed else {
            suspicion = nil
            return .agrees
        }
        if written.contains(where: { $0.at + Self.memory >= now && IPRangeSet.union(of: $0.list) == found }) {
            suspicion = nil
            return .stale
        }
        guard suspicion == found else {
            suspicion = found
            nextRead = now + min(Self.secondLook, interval)
            return .suspect
        }
        suspicion = nil
        let (there, ours) = (Set(found), Set(confirmed))
        return .drifted(added: found.filter { !ours.contains($0) }, missing: confirmed.filter { !there.contains($0) })
    }
}
