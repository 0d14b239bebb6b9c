/// What the configuration says about one named location.
package struct LocationSettings: Sendable {
    package var policy: LocationPolicy
    package var pinnedRanges: [CIDR] = []
    package var sentinelRange: CIDR
    package var firstStart = FirstStart.guarded
    /// Object IDs in lower case; empty: any token that the rules accept.
    package var authorizedGroups: Set<String> = []

    /// A placeholder of RFC 5737, which nobody signs in from.
    package static let usualSentinel = CIDR(family: .v4, address: 0xC000_0200, prefixLength: 32)

    package init(policy: LocationPolicy, sentinelRange: CIDR) {
        self.policy = policy
        self.sentinelRange = sentinelRange
    }
}
