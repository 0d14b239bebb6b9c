/// The users whose files are taken, whatever a token says.
///
/// It names whose file it is, not who moved it: whoever may write to `incoming/` can move another one's file there.
package struct AllowedOwners: Hashable, Sendable {
    /// Sorted.
    package let uids: [UInt32]

    package init(_ uids: some Sequence<UInt32>) {
        self.uids = Set(uids).sorted()
    }

    /// By `fstat` of the claimed descriptor; nil where the owner is among them.
    package func refusal(of owner: UInt32) -> CallerRefusal? {
        uids.contains(owner) ? nil : .owner(owner, allowed: uids)
    }
}
