/// What the worker does after a failure.
package enum Remedy: String, Hashable, Sendable {
    /// Try again with backoff until `giveUpAfter`.
    case tryAgain
    /// Try again slowly for `grace`, then fail what waits.
    case grace
    /// Fail at once: a later try would end the same way.
    case fail
    /// A list that Graph refuses: find the bad item, the rest goes on.
    case isolate
}
