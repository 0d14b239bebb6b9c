/// A claimed request on its way to a verdict.
package struct Item: Sendable {
    package enum Content: Hashable, Sendable {
        case grant(Lease)
        case removal(Removal)
    }

    /// Where it stands between its claim and its verdict.
    package enum Stage: Hashable, Sendable {
        /// Waits for a list; a removal is in the ledger already.
        case waiting
        /// In the list under way.
        case carried
        /// Graph took the list that carried it.
        case taken(Receipt)
        /// By time, ledger or Graph; the ledger commits it, so that nothing older of the same key revives.
        case refused(Failure)
    }

    private var reading: Reading
    package let claimedAt: ContinuousClock.Instant
    /// How long 429s had shut the gate by then; an item does not age while it is shut.
    package let shutTimeBefore: Duration
    package internal(set) var stage = Stage.waiting
    package private(set) var attempts = 0
    package private(set) var firstTry: Timestamp?
    package private(set) var lastTry: Timestamp?
    /// The object id of the submitter, where a token has told it in this life.
    package private(set) var submitter: String?

    package init(
        _ claim: ClaimName, _ request: GrantRequest, owner: UInt32, isRetry: Bool,
        claimedAt: ContinuousClock.Instant, shutTimeBefore: Duration
    ) {
        self.claimedAt = claimedAt
        self.shutTimeBefore = shutTimeBefore
        let content = Content(request, Order(issuedAt: request.issuedAt, name: claim.item))
        reading = Reading(claim, request, content, owner: owner, isRetry: isRetry)
    }

    package var claim: ClaimName { reading.claim }
    package var name: ItemName { claim.item }
    package var request: GrantRequest { reading.request }
    package var content: Content { reading.content }
    /// The uid that owns the file.
    package var owner: UInt32 { reading.owner }
    /// It was settled before, and came back by hand.
    package var isRetry: Bool { reading.isRetry }

    package var grant: Lease? {
        if case .grant(let lease) = content { return lease }
        return nil
    }

    /// What it adds to the list that is wanted.
    var wantedGrant: Lease? {
        if case .refused = stage { return nil }
        return grant
    }

    package mutating func noteTry(at now: Timestamp) {
        attempts += 1
        firstTry = firstTry ?? now
        lastTry = now
    }

    package mutating func noteFailedProof() {
        reading = reading.withoutToken
    }

    /// It goes on as if it had just come: what was tried before was about its proof.
    package mutating func noteProof(by submitter: String?) {
        reading = reading.withoutToken
        self.submitter = submitter
        (attempts, firstTry, lastTry) = (0, nil, nil)
    }
}

/// What an item was read as: shared, since an item is handed on often and read once.
private final class Reading: Sendable {
    let claim: ClaimName
    let request: GrantRequest
    let content: Item.Content
    let owner: UInt32
    let isRetry: Bool

    init(_ claim: ClaimName, _ request: GrantRequest, _ content: Item.Content, owner: UInt32, isRetry: Bool) {
        (self.claim, self.request, self.content) = (claim, request, content)
        (self.owner, self.isRetry) = (owner, isRetry)
    }

    var withoutToken: Reading {
        guard request.token != nil else { return self }
        var request = request
        request.dropToken()
        return Reading(claim, request, content, owner: owner, isRetry: isRetry)
    }
}

extension Item.Content {
    fileprivate init(_ request: GrantRequest, _ order: Order) {
        switch request.action {
        case .grant(let grant):
            self = .grant(
                Lease(
                    user: request.user, grantId: request.grantId, ranges: grant.ranges, order: order,
                    startsAt: grant.startsAt, expiresAt: grant.expiresAt, requestId: request.requestId))
        case .revoke(.grantId(let id)):
            self = .removal(Removal(.grantId(id), order: order))
        case .revoke(.user(let user, let ranges)):
            self = .removal(Removal(.user(user, ranges: ranges), order: order))
        case .revoke(.addresses(let ranges)):
            self = .removal(Removal(.addresses(ranges), order: order))
        case .flush:
            self = .removal(Removal(.everything, order: order))
        }
    }
}
