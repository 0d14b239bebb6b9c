import Entra
import Grants

/// What is counted over the life of the process; a reload goes on with it.
struct Counters {
    /// How one kind of request ended, by operation and status.
    struct AnsweredRequest: Hashable, Comparable {
        let operation: String
        /// The HTTP status, or `none` where no answer came.
        let status: String

        static func < (left: AnsweredRequest, right: AnsweredRequest) -> Bool {
            (left.operation, left.status) < (right.operation, right.status)
        }
    }

    static let batchBounds = [1, 2, 5, 10, 50, 100, 500, 1_000, 5_000]

    /// By `done` or the code.
    private(set) var outcomes: [String: Int] = [:]
    private(set) var requests: [AnsweredRequest: Int] = [:]
    /// How many batches were at most as large as each bound; the last place counts what is larger than all.
    private(set) var batches = [Int](repeating: 0, count: batchBounds.count + 1)
    private(set) var itemsInBatches = 0
    /// Lists that Graph took; the last one's number.
    var lists: Int { batches.reduce(0, +) }
    /// Requests that were answered with 429.
    private(set) var throttled = 0
    /// By location.
    private(set) var driftRepaired: [String: Int] = [:]
    private(set) var lastErrors: [StatusDocument.Problem] = []

    mutating func note(_ verdict: Verdict) {
        outcomes[verdict.description, default: 0] += 1
    }

    mutating func noteDrift(of location: String) {
        driftRepaired[location, default: 0] += 1
    }

    mutating func note(_ operation: String, _ result: Result<HTTPReply, TransportFailure>, batch: Int?) {
        var status = "none"
        if case .success(let reply) = result { status = String(reply.status) }
        requests[AnsweredRequest(operation: operation, status: status), default: 0] += 1
        if status == "429" { throttled += 1 }
        guard let batch, status.hasPrefix("2") else { return }
        batches[Self.batchBounds.firstIndex { batch <= $0 } ?? Self.batchBounds.count] += 1
        itemsInBatches += batch
    }

    /// Keeps the five newest, of the same fault at the same place only the last.
    mutating func note(_ trouble: Trouble, at scope: String, _ now: Timestamp) {
        let code = trouble.error.code.rawValue
        lastErrors.removeAll { $0.code == code && $0.scope == scope }
        lastErrors.insert(
            StatusDocument.Problem(
                code: code, detail: trouble.error.detail, since: now.wholeSeconds, attempts: trouble.attempts,
                scope: scope), at: 0)
        if lastErrors.count > 5 { lastErrors.removeLast() }
    }
}
