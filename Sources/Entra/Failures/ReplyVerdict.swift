package import Grants

/// What a failed request means: the error to show, and what the worker needs to go on.
package struct ReplyVerdict: Error, Hashable, Sendable {
    package let error: Failure
    package let operation: GraphOperation
    package let scope: FaultScope
    /// A PATCH that Graph may have carried out, or may still carry out, whatever we heard.
    package let isAmbiguous: Bool
    /// How long Graph or Entra asked us to wait.
    package let retryAfter: Duration?
    /// The token was refused (401), or may be older than the consent (403): get a fresh one before anything is concluded.
    package let dropsToken: Bool
    /// What the fresh token has to be asked for, as JSON.
    package let claims: String?

    package var code: FailureCode { error.code }
    package var remedy: Remedy { error.remedy }
}

extension ReplyVerdict {
    /// No answer, or none that could be read.
    package init(_ failure: TransportFailure, to operation: GraphOperation) {
        let decision = Decision(Sight(failure), to: operation)
        error = Failure(
            decision.code,
            failure.sentence(to: operation),
            remedy: decision.remedy,
            status: failure.status == 0 ? nil : failure.status
        )
        self.operation = operation
        scope = decision.scope
        isAmbiguous = operation == .patch && decision.mayLandLate && failure.mayHaveTakenEffect
        retryAfter = nil
        dropsToken = false
        claims = nil
    }

    /// An answer that is no success, or whose content was found to be none (`finding` says what was found).
    package init(_ reply: HTTPReply, to operation: GraphOperation, now: Timestamp, finding: String? = nil) {
        self.init(reply, Sight(reply, to: operation), to: operation, now: now, finding: finding)
    }

    init(_ reply: HTTPReply, _ sight: Sight, to operation: GraphOperation, now: Timestamp, finding: String? = nil) {
        let decision = Decision(sight, to: operation)
        let wait = RetryAfter.delay(in: reply.headers, now: now)
        error = Failure(
            decision.code,
            reply.sentence(sight, to: operation, wait: wait, finding: finding),
            remedy: decision.remedy,
            status: reply.status,
            graphRequestId: reply.traceId
        )
        self.operation = operation
        scope = decision.scope
        isAmbiguous = operation == .patch && decision.mayLandLate
        retryAfter = wait
        dropsToken = operation != .token && (sight == .unauthorized || sight == .forbidden)
        claims = dropsToken ? ClaimsChallenge.claims(in: reply.headers) : nil
    }
}

/// The answer, where its status is 200; anything else is a verdict.
func success(
    _ result: Result<HTTPReply, TransportFailure>, to operation: GraphOperation, now: Timestamp
) throws(ReplyVerdict) -> HTTPReply {
    guard case .success(let reply) = result, reply.status == 200 else {
        throw verdict(on: result, to: operation, now: now)
    }
    return reply
}

/// The same with the JSON object that it holds.
func readObject(
    _ result: Result<HTTPReply, TransportFailure>, to operation: GraphOperation, now: Timestamp
) throws(ReplyVerdict) -> (reply: HTTPReply, json: JSONValue) {
    let reply = try success(result, to: operation, now: now)
    guard let json = StrictJSON.answer(reply.body), json.isObject else {
        throw ReplyVerdict(reply, to: operation, now: now, finding: "Its content is no JSON object.")
    }
    return (reply, json)
}

/// The verdict on a request that did not succeed.
package func verdict(
    on result: Result<HTTPReply, TransportFailure>,
    to operation: GraphOperation,
    now: Timestamp
) -> ReplyVerdict {
    switch result {
    case .success(let reply): ReplyVerdict(reply, to: operation, now: now)
    case .failure(let failure): ReplyVerdict(failure, to: operation)
    }
}
