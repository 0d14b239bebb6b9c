/// What a removal met in the ledger.
package struct RemovalEffect: Hashable, Sendable {
    package var endedSomething = false
    /// It matched a lease that was issued after it, which it must not touch.
    package var metNewer = false

    package init() {}
}
