/// The right to a spool that several hosts share: given out by a lock service, under a number that grows each time.
package struct LockToken: Hashable, Sendable {
    package let number: UInt64
    /// Who holds it, for people who read `active`.
    package let holder: String

    package init(number: UInt64, holder: String) {
        self.number = number
        self.holder = holder
    }
}
