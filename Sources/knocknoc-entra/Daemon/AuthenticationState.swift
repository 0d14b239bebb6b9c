import Entra
import Grants
import Spool

/// Entra authentication at work: who was proved, who waits for it, and what keeps keys and groups from coming.
final class AuthenticationState {
    var callers: CallerAuthentication
    var accepted = AcceptedRequests()
    /// Lines of `accepted` that are not on disk yet.
    var unrecorded: [UInt8] = []
    /// Proved, and to be let in once that is on disk.
    var proved: [Waiting] = []
    var unproved: [Unproved] = []
    /// Beyond what memory should hold; they are read again from `work/` when there is room.
    var parked = Parked()
    var keysTrouble: Trouble?
    var groupsTrouble: Trouble?
    /// A look-up was tried again already with a fresh access token.
    var retriedWithFreshToken = false
    /// How long an accepted request is remembered.
    let memory: Duration
    /// Taken over from a former life, so the file has nothing to add.
    private(set) var isInherited = false

    init?(_ parts: WorkerParts, at now: Moment) {
        guard let settings = parts.settings.authentication else { return nil }
        let entra = parts.settings.entra
        let timeouts = HTTPRequest.Timeouts(connect: entra.connectTimeout, request: entra.requestTimeout)
        let locations = parts.settings.locations.values
        callers = CallerAuthentication(
            rules: settings.rules,
            keys: SigningKeys(
                metadataAddress: settings.metadataAddress, cacheDuration: settings.jwksKeysCacheDuration,
                timeouts: timeouts, at: now.monotonic),
            groups: GroupCache(
                MemberGroupsRequest(graph: entra.graph, timeouts: timeouts),
                configured: locations.reduce(into: []) { $0.formUnion($1.authorizedGroups) },
                duration: settings.entraGroupCacheDuration, at: now.monotonic))
        memory = AcceptedRequests.memory(longestGrant: locations.map(\.policy.maxGrantDuration).max() ?? .zero)
    }

    /// After a reload: what Entra told and who was proved is no less true now.
    func inherit(_ former: AuthenticationState) {
        callers.keys.inherit(former.callers.keys)
        callers.groups.inherit(former.callers.groups)
        (accepted, unrecorded, isInherited) = (former.accepted, former.unrecorded, true)
    }

    /// Of an item's name and bytes: a copy under another name would be another request, with a time of its own.
    func hash(of bytes: [UInt8], as item: ItemName) -> [UInt8] {
        // No name holds a slash.
        sha256(item.bytes + [UInt8(ascii: "/")] + bytes)
    }

    var inHand: Int { unproved.count + proved.count }

    var isDrained: Bool { unproved.isEmpty && proved.isEmpty && parked.isEmpty }

    /// The number of the oldest claim that has no proof, or none on disk.
    var oldestClaim: UInt64? {
        let numbers = [
            unproved.lazy.map(\.item.file.claim.number).min(), proved.lazy.map(\.file.claim.number).min(),
            parked.numbers.first,
        ]
        return numbers.compactMap(\.self).min()
    }

    func holds(_ claim: ClaimName) -> Bool {
        isUnproved(claim) || proved.contains { $0.file.claim == claim }
    }

    func isUnproved(_ claim: ClaimName) -> Bool {
        unproved.contains { $0.item.file.claim == claim }
    }

    /// Those that a failure concerns have met it.
    func noteTry(at now: Timestamp, for isConcerned: (Unproved.Need) -> Bool) {
        for index in unproved.indices where isConcerned(unproved[index].need) {
            unproved[index].item.noteTry(at: now)
        }
    }
}

/// A request whose submitter is not known yet.
struct Unproved {
    enum Need: Hashable {
        /// Where the keys do come and this token's is never among them, the refusal says so.
        case keys(CallerRefusal?)
        case groups(GroupMember)

        var isForGroups: Bool {
            if case .groups = self { true } else { false }
        }

        var isForKeys: Bool { !isForGroups }

        /// A key that nobody may ever have had.
        var isForUnknownKey: Bool {
            if case .keys(.some) = self { true } else { false }
        }
    }

    var item: Waiting
    /// SHA-256 of its name and bytes.
    let hash: [UInt8]
    /// When this life first had it in hand: what is fetched later answers it.
    let arrival: ContinuousClock.Instant
    var need = Need.keys(nil)
    /// Else it lies in `incoming/`, on a disk where nothing can be moved.
    let isClaimed: Bool
}
