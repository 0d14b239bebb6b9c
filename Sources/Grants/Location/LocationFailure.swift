/// A request that failed, as far as a location has to know.
package struct LocationFailure: Error, Hashable, Sendable {
    package let error: Failure
    package let scope: FaultScope
    /// A write that may have been carried out all the same, or may still be.
    package let isAmbiguous: Bool
    /// How long Graph asked to wait.
    package let wait: Duration?

    package init(_ error: Failure, scope: FaultScope, isAmbiguous: Bool, wait: Duration?) {
        self.error = error
        self.scope = scope
        self.isAmbiguous = isAmbiguous
        self.wait = wait
    }
}
