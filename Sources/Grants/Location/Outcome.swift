/// What became of an item, with all that its reports say.
package struct Outcome: Sendable {
    package let claim: ClaimName
    /// The uid that owns the file.
    package let owner: UInt32
    package let isRetry: Bool
    /// Nil where the bytes could not be read as a request.
    package let item: Item?
    package let verdict: Verdict
    package let failure: Failure?
    /// What a success should still tell, such as "superseded".
    package private(set) var note: String?
    /// The list that carried it; nil where none was needed, or Graph took none.
    package private(set) var receipt: Receipt?
    /// Its submitter was not proved, so it had no effect.
    package private(set) var isUnproved = false

    package init(_ item: Item, done note: String? = nil, receipt: Receipt? = nil) {
        (claim, owner, isRetry, self.item) = (item.claim, item.owner, item.isRetry, item)
        (verdict, failure) = (.done, nil)
        (self.note, self.receipt) = (note, receipt)
    }

    package init(_ item: Item, failed failure: Failure, receipt: Receipt? = nil) {
        (claim, owner, isRetry, self.item) = (item.claim, item.owner, item.isRetry, item)
        (verdict, self.failure) = (.failed(failure.code), failure)
        self.receipt = receipt
    }

    package init(_ item: Item, unproved failure: Failure) {
        var item = item
        item.noteFailedProof()
        self.init(item, failed: failure)
        isUnproved = true
    }

    /// Of a file that could not be read as a request.
    package init(_ claim: ClaimName, owner: UInt32, isRetry: Bool, failed failure: Failure) {
        (self.claim, self.owner, self.isRetry, item) = (claim, owner, isRetry, nil)
        (verdict, self.failure) = (.failed(failure.code), failure)
    }

    /// As Graph said it, whether it took the item or not.
    package var graphStatus: Int? { failure == nil ? receipt?.status : failure?.status }
    package var graphRequestId: String? { failure == nil ? receipt?.graphRequestId : failure?.graphRequestId }
}
