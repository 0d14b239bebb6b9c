import Entra
import Grants
import Linux
import Spool

/// Who may drop a request: the owners of files and Entra authentication, and the requests whose submitter is not known.
final class Callers {
    /// What is known of a request's submitter.
    enum Ruling {
        case accepted(Item)
        /// The same of a file that cannot be moved out of `incoming/` yet.
        case acceptedInPlace(Item)
        case refused(Outcome)
        /// Accepted; it is let in once that is on disk.
        case proved
        /// For keys or groups, in memory or in `work/`.
        case waits
    }

    private let allowedOwners: AllowedOwners?
    private let retry: RetrySettings
    private let share: Int
    private let log: Log
    /// Nil: no token is asked for.
    let lookups: CallerLookups?
    private var accepted = AcceptedRequests()
    /// How long an accepted request is remembered.
    private let memory: Duration
    private var proved: [Item] = []
    private(set) var unproved: [Unproved] = []
    /// Beyond what memory should hold; they are read again from `work/` when there is room.
    private(set) var parked = Parked()
    /// Taken over from a former life, so the file has nothing to add.
    private var isInherited = false

    init(_ parts: WorkerParts, at now: Moment) {
        allowedOwners = parts.settings.allowedOwners
        retry = parts.settings.retry
        share = parts.settings.batch.maxItems / 4
        log = parts.log
        memory = AcceptedRequests.memory(
            longestGrant: parts.settings.locations.values.map(\.policy.maxGrantDuration).max() ?? .zero)
        lookups = CallerLookups(parts, at: now)
    }

    /// After a reload: what Entra told and who was proved is no less true now.
    func inherit(_ former: Callers) {
        guard let lookups, let known = former.lookups else { return }
        lookups.inherit(known)
        (accepted, isInherited) = (former.accepted, true)
    }

    /// Who was proved stays proved over a restart; where that cannot be read, a live token is needed once more.
    func readAccepted(_ storage: Storage, at now: Moment) {
        guard lookups != nil, !isInherited else { return }
        do throws(SystemError) {
            accepted = try storage.ledgers.proofs(at: now.wall)
        } catch {
            log(
                .error, "accepted.unreadable",
                [
                    "error": error.description,
                    "consequence": "requests that are tried again need a live token once more",
                ])
        }
    }

    /// Of an item's name and bytes: a copy under another name is another request, with a time of its own.
    func hash(of bytes: [UInt8], as item: ItemName) -> [UInt8]? {
        // No name holds a slash.
        lookups == nil ? nil : sha256(item.bytes + [UInt8(ascii: "/")] + bytes)
    }

    func judge(_ item: Item, _ hash: [UInt8]?, isClaimed: Bool = true, at now: Moment) -> Ruling {
        if let refusal = allowedOwners?.refusal(of: item.owner) {
            return .refused(Outcome(item, unproved: refusal.failure))
        }
        guard let hash else { return accept(item, by: nil, isClaimed) }
        if accepted.contains(hash, at: now.wall) { return accept(item, by: nil, isClaimed) }
        return prove(Unproved(item: item, hash: hash, arrival: now.monotonic, isClaimed: isClaimed), at: now)
    }

    func prove(_ unproved: Unproved, at now: Moment) -> Ruling {
        let item = unproved.item
        switch lookups?.judge(unproved, at: now) {
        case .accepted(let caller):
            accepted.remember(unproved.hash, until: now.wall + memory, at: now.wall)
            return accept(item, by: caller.objectId, unproved.isClaimed)
        case .refused(let refusal): return .refused(Outcome(item, unproved: refusal.failure))
        case .waitsForKeys(let refusal): return wait(unproved, for: .keys(refusal))
        case .waitsForGroups(let member): return wait(unproved, for: .groups(member))
        case nil: return accept(item, by: nil, unproved.isClaimed)
        }
    }

    private func accept(_ item: Item, by submitter: String?, _ isClaimed: Bool) -> Ruling {
        var item = item
        item.noteProof(by: submitter)
        guard isClaimed else { return .acceptedInPlace(item) }
        guard lookups != nil else { return .accepted(item) }
        proved.append(item)
        return .proved
    }

    /// Memory holds so many; of those whose key is unknown fewer, so that garbage does not keep others from being read.
    private func wait(_ unproved: Unproved, for need: Unproved.Need) -> Ruling {
        var unproved = unproved
        unproved.need = need
        if self.unproved.count < share {
            self.unproved.append(unproved)
        } else if case .keys(let refusal?) = need, self.unproved.count(where: \.need.isForUnknownKey) >= share / 2 {
            return .refused(Outcome(unproved.item, unproved: refusal.failure))
        } else if unproved.isClaimed {
            parked.append(unproved.item)
        }
        return .waits
    }

    var count: Int { unproved.count + proved.count }

    var isDrained: Bool { unproved.isEmpty && proved.isEmpty && parked.isEmpty }

    /// The number of the oldest claim that has no proof, or none on disk.
    var oldestClaim: UInt64? {
        let numbers = [
            unproved.lazy.map(\.item.claim.number).min(), proved.lazy.map(\.claim.number).min(), parked.numbers.first,
        ]
        return numbers.compactMap(\.self).min()
    }

    func isUnproved(_ claim: ClaimName) -> Bool {
        unproved.contains { $0.item.claim == claim }
    }

    /// Takes out those that are to be judged once more.
    func takeUnproved(where isConcerned: (Unproved.Need) -> Bool) -> [Unproved] {
        let concerned = unproved.filter { isConcerned($0.need) }
        if !concerned.isEmpty { unproved.removeAll { isConcerned($0.need) } }
        return concerned
    }

    /// What could not be moved out of `incoming/` is met there again.
    func forgetUnclaimed() {
        unproved.removeAll { !$0.isClaimed }
    }

    /// The oldest parked ones are read again.
    func forgetParked(_ count: Int) {
        _ = parked.takeFirst(count)
    }

    /// What was proved and may be let in, since that is on disk; removals also where nothing can be recorded.
    func takeProved(_ storage: Storage, at now: Moment) throws(SystemError) -> [Item] {
        guard !proved.isEmpty || !accepted.unrecorded.isEmpty else { return [] }
        let items = proved
        if try record(in: storage, at: now) {
            proved = []
            return items
        }
        proved = items.filter { $0.grant != nil }
        // They stay in `work/` while nothing can be recorded, beyond what memory should hold.
        for item in proved.dropFirst(share) { parked.append(item) }
        proved = Array(proved.prefix(share))
        return items.filter { $0.grant == nil }
    }

    private func record(in storage: Storage, at now: Moment) throws(SystemError) -> Bool {
        guard !accepted.unrecorded.isEmpty else { return true }
        guard try storage.remember(accepted.unrecorded, at: now) else { return false }
        accepted.wasRecorded()
        return true
    }

    /// A failure that those met that it concerns.
    func noteTry(at now: Timestamp, for isConcerned: (Unproved.Need) -> Bool) {
        for index in unproved.indices where isConcerned(unproved[index].need) { unproved[index].item.noteTry(at: now) }
    }

    /// Fails what has waited too long for its proof, with what kept it from coming.
    func takeOverdue(tokenTrouble: Failure?, at now: Moment) -> [Outcome] {
        let overdue = unproved.filter { deadline(of: $0, tokenTrouble).map { $0.at <= now.monotonic } ?? false }
        guard !overdue.isEmpty else { return [] }
        let claims = Set(overdue.map(\.item.claim))
        unproved.removeAll { claims.contains($0.item.claim) }
        return overdue.filter(\.isClaimed).compactMap { unproved in
            guard let failure = deadline(of: unproved, tokenTrouble)?.failure else { return nil }
            if case .keys(let refusal?) = unproved.need { return Outcome(unproved.item, unproved: refusal.failure) }
            return Outcome(unproved.item, unproved: failure)
        }
    }

    /// When the first of them fails.
    func nextDeadline(tokenTrouble: Failure?) -> ContinuousClock.Instant? {
        unproved.lazy.compactMap { self.deadline(of: $0, tokenTrouble)?.at }.min()
    }

    /// What keeps a proof from coming, once it was met, and until when it may.
    private func deadline(of unproved: Unproved, _ tokenTrouble: Failure?) -> (
        at: ContinuousClock.Instant, failure: Failure
    )? {
        guard unproved.item.attempts > 0 else { return nil }
        let failure =
            unproved.need.isForGroups
            ? tokenTrouble ?? lookups?.groupsTrouble?.error : lookups?.keysTrouble?.error
        return failure.map { (unproved.item.claimedAt + retry.patience(for: $0.remedy), $0) }
    }
}
