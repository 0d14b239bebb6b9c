/// What one location commits at once: the change of its ledger, and the verdicts that come with it.
package struct Batch: Sendable {
    package let location: String
    package let change: LedgerChange
    package let outcomes: [Outcome]
}
