/// What of the world beside its location a plan depends on.
package struct Conditions: Hashable, Sendable {
    /// Whether something can be recorded and there is room to add.
    package let mayAdd: Bool
    /// What keeps every location from being written.
    package let trouble: Failure?
    /// How long 429s have shut the gate so far.
    package let shutTime: Duration
    /// How much longer it is shut.
    package let shutRest: Duration

    package init(mayAdd: Bool, trouble: Failure?, shutTime: Duration, shutRest: Duration) {
        self.mayAdd = mayAdd
        self.trouble = trouble
        self.shutTime = shutTime
        self.shutRest = shutRest
    }
}
