import Grants
import Spool

/// All that the worker knows of one named location.
final class LocationState {
    /// A request under way for this location.
    enum Exchange: Equatable {
        case get
        /// A read that looks for changes by others.
        case look
        /// The list sent and the claims whose grants or removals it carries.
        case patch(list: [CIDR], carrying: Set<ClaimName>)
    }

    let name: String
    let settings: LocationSettings
    var ledger: Ledger { didSet { known = nil } }
    var waiting: [Waiting] = [] { didSet { (known, knownEnd) = (nil, nil) } }
    /// Beyond what memory should hold; they are read again from `work/` when there is room.
    var parked = Parked()
    /// Refused by time or ledger; they settle through the ledger, so that nothing older of the same key revives.
    var refused: [(item: Waiting, error: Failure)] = []
    var exchange: Exchange?
    /// Its ledger cannot be read, and an empty one in its place would let people in or lock them out: nothing is done
    /// for it until somebody has mended the file and started the worker again.
    var isPaused = false
    /// The ledger's file exists and says that something may have been sent.
    var mayHaveSent: Bool
    /// Memory holds a removal that the file does not hold yet.
    var hasUnrecordedRemovals = false
    /// A GET has shown in this life that it is an IP location.
    var isKnown = false
    /// One 404 was seen; the second counts.
    var sawNotFound = false
    /// A request was tried again already with a fresh access token.
    var retriedWithFreshToken = false
    /// Since when a write is wanted.
    var dirtySince: ContinuousClock.Instant?
    var lastTried: ContinuousClock.Instant?
    var trouble: Trouble?
    /// A lost write may land late, so the next success is repeated 60 s later.
    var owesSecondWrite = false
    var secondWriteAt: ContinuousClock.Instant?
    /// Somebody's decision lies beside the ledger; it may go once the ledger has taken it in.
    var hasDecision = false
    /// The next list would take away what nothing has ended, and that was told.
    var isUnexplained = false
    /// When it was last told that removals are overdue.
    var toldOverdueAt: ContinuousClock.Instant?
    /// 90 % of what Entra takes, as it was last told.
    var wasNearlyFull = false
    var drift: DriftWatch
    /// Graph refused a list; the search for the items that it refuses.
    var isolation: (search: BadItemSearch<ClaimName>, error: Failure)?

    private var known: Wanted?
    /// When the first waiting grant is over; nil inside: never.
    private var knownEnd: Timestamp??

    /// What ledger and waiting grants come to, until one of them changes or a time comes.
    private struct Wanted {
        let ranges: DesiredRanges
        let isListed: Bool
        let until: Timestamp?
    }

    init(_ settings: LocationSettings, ledger: Ledger, drift: DriftWatch) {
        name = settings.policy.name
        self.settings = settings
        self.ledger = ledger
        self.drift = drift
        mayHaveSent = ledger.confirmation != .never
    }

    /// The list that the location should hold, waiting grants included as far as there is room.
    func desired(at now: Timestamp) -> [CIDR] {
        room(at: now).list
    }

    /// The same, with what does not fit into 2,000 ranges.
    func room(at now: Timestamp) -> DesiredRanges {
        wanted(at: now).ranges
    }

    /// Whether the list that Graph took last is the one that is wanted.
    func isListed(at now: Timestamp) -> Bool {
        wanted(at: now).isListed
    }

    private func wanted(at now: Timestamp) -> Wanted {
        if let known, known.until.map({ now < $0 }) ?? true { return known }
        let ranges = ranges(at: now, adding: waiting)
        let wanted = Wanted(
            ranges: ranges, isListed: ranges.list == ledger.listed, until: change(after: now))
        known = wanted
        return wanted
    }

    /// The next list and the items whose fate it decides.
    func nextWrite(at now: Timestamp, mayAdd: Bool) -> (list: [CIDR], carrying: Set<ClaimName>) {
        guard mayAdd else {
            return (desiredWithoutAdditions(at: now), Set(waiting.lazy.filter { $0.grant == nil }.map(\.file.claim)))
        }
        var carried = waiting
        var ranges = room(at: now)
        if let isolation {
            var tried: Set<ClaimName> = []
            if case .with(let items) = isolation.search.step { tried = Set(items) }
            carried = waiting.filter { $0.grant == nil || tried.contains($0.file.claim) }
            ranges = self.ranges(at: now, adding: carried)
        }
        let left = Set(ranges.withoutRoom.map(\.order.name))
        return (ranges.list, Set(carried.lazy.filter { !left.contains($0.item) }.map(\.file.claim)))
    }

    /// What may be sent while nothing can be recorded: nothing new, only what leaves.
    func desiredWithoutAdditions(at now: Timestamp) -> [CIDR] {
        ledger.desiredWithoutAdditions(
            at: now, adding: waiting.lazy.compactMap(\.grant), pinned: pinned, sentinel: settings.sentinelRange)
    }

    private func ranges(at now: Timestamp, adding waiting: [Waiting]) -> DesiredRanges {
        ledger.desiredRanges(
            at: now, adding: waiting.lazy.compactMap(\.grant), pinned: pinned, sentinel: settings.sentinelRange)
    }

    /// From the configuration, and what was found at the first start and kept.
    var pinned: [CIDR] { settings.pinnedRanges + ledger.adopted }

    /// When a lease or a waiting grant next starts or ends.
    func nextChange(after now: Timestamp) -> Timestamp? {
        wanted(at: now).until
    }

    /// When the first of the waiting grants is over.
    var firstEndOfWaiting: Timestamp? {
        if let knownEnd { return knownEnd }
        let end = waiting.lazy.compactMap { $0.grant?.expiresAt }.min()
        knownEnd = .some(end)
        return end
    }

    private func change(after now: Timestamp) -> Timestamp? {
        var next = ledger.nextChange(after: now)
        for case let grant? in waiting.lazy.map(\.grant) {
            let change = grant.startsAt.map { $0 > now ? $0 : grant.expiresAt } ?? grant.expiresAt
            next = min(next ?? change, change)
        }
        return next
    }

    /// Whether Graph has to be written to.
    func needsWrite(at now: Moment, mayAdd: Bool = true) -> Bool {
        switch ledger.confirmation {
        case .never: mayAdd && !waiting.isEmpty
        case .unconfirmed: true
        case .confirmed:
            isSecondWriteDue(at: now)
                || !(mayAdd ? isListed(at: now.wall) : ledger.listed == desiredWithoutAdditions(at: now.wall))
        }
    }

    /// Whether anything is to be written or settled.
    func hasWork(at now: Moment, mayAdd: Bool) -> Bool {
        !waiting.isEmpty || !refused.isEmpty || needsWrite(at: now, mayAdd: mayAdd)
    }

    func isSecondWriteDue(at now: Moment) -> Bool {
        secondWriteAt.map { $0 <= now.monotonic } ?? false
    }

    /// The oldest wait comes first; a failed try goes to the end of the line.
    var waitingSince: ContinuousClock.Instant? {
        guard let dirtySince else { return nil }
        return max(dirtySince, lastTried ?? dirtySince)
    }
}
