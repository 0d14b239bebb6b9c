import Grants
import Spool

/// A claimed item on its way to a verdict.
struct Waiting {
    enum Content {
        case grant(Lease)
        case removal(Removal)
    }

    private var reading: Reading
    let claimedAt: ContinuousClock.Instant
    /// How long the gate had been shut by then; the item does not age while it is.
    let shutTimeBefore: Duration
    var attempts = 0
    var firstTry: Timestamp?
    var lastTry: Timestamp?
    /// The object id of whoever submitted it, where a token has told in this life.
    private(set) var submitter: String?

    var file: Claim.File { reading.file }

    var request: GrantRequest { reading.request }

    var content: Content { reading.content }

    var item: ItemName { file.claim.item }

    var grant: Lease? {
        if case .grant(let lease) = content { return lease }
        return nil
    }

    init(
        _ file: Claim.File, _ request: GrantRequest, claimedAt: ContinuousClock.Instant, shutTimeBefore: Duration
    ) {
        self.claimedAt = claimedAt
        self.shutTimeBefore = shutTimeBefore
        reading = Reading(file, request, Content(request, Order(issuedAt: request.issuedAt, name: file.claim.item)))
    }

    mutating func noteTry(at now: Timestamp) {
        attempts += 1
        firstTry = firstTry ?? now
        lastTry = now
    }

    mutating func noteFailedProof() {
        reading = reading.withoutToken
    }

    /// It goes on as if it had just come: whatever was tried before was about its proof.
    mutating func noteProof(by submitter: String?) {
        reading = reading.withoutToken
        self.submitter = submitter
        (attempts, firstTry, lastTry) = (0, nil, nil)
    }
}

/// A list that Graph took.
struct Receipt {
    /// Counted over the life of the process.
    let batch: Int
    let status: Int
    let graphRequestId: String?
}

/// What an item was read as: shared, since an item is handed on often and read once.
private final class Reading {
    let file: Claim.File
    let request: GrantRequest
    let content: Waiting.Content

    init(_ file: Claim.File, _ request: GrantRequest, _ content: Waiting.Content) {
        (self.file, self.request, self.content) = (file, request, content)
    }

    var withoutToken: Reading {
        guard request.token != nil else { return self }
        var request = request
        request.dropToken()
        return Reading(file, request, content)
    }
}

extension Waiting.Content {
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

/// What became of an item, with all that its reports say.
struct Outcome {
    let file: Claim.File
    /// Nil where the bytes could not be read as a request.
    let waiting: Waiting?
    let verdict: Verdict
    let error: Failure?
    /// What a well settled item should still tell, such as "superseded".
    var note: String?
    /// The list that carried it; nil where none was needed, or Graph took none.
    var receipt: Receipt?
    /// Nobody has proved who submitted it, so it had no effect.
    private(set) var isUnproved = false

    init(_ waiting: Waiting, done note: String? = nil) {
        self.init(file: waiting.file, waiting: waiting, verdict: .done, error: nil, note: note)
    }

    /// As Graph said it, whether it took the item or not.
    var graphStatus: Int? { error == nil ? receipt?.status : error?.status }
    var graphRequestId: String? { error == nil ? receipt?.graphRequestId : error?.graphRequestId }

    init(_ waiting: Waiting, failed error: Failure) {
        self.init(file: waiting.file, waiting: waiting, verdict: .failed(error.code), error: error, note: nil)
    }

    init(_ waiting: Waiting, unproved error: Failure) {
        var waiting = waiting
        waiting.noteFailedProof()
        self.init(waiting, failed: error)
        isUnproved = true
    }

    init(_ file: Claim.File, failed error: Failure) {
        self.init(file: file, waiting: nil, verdict: .failed(error.code), error: error, note: nil)
    }

    private init(file: Claim.File, waiting: Waiting?, verdict: Verdict, error: Failure?, note: String?) {
        self.file = file
        self.waiting = waiting
        self.verdict = verdict
        self.error = error
        self.note = note
    }
}
