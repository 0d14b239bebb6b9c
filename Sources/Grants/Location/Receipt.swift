/// A list that Graph took.
package struct Receipt: Hashable, Sendable {
    /// Counted over the life of the process.
    package let batch: Int
    package let status: Int
    package let graphRequestId: String?

    package init(batch: Int, status: Int, graphRequestId: String?) {
        self.batch = batch
        self.status = status
        self.graphRequestId = graphRequestId
    }
}
