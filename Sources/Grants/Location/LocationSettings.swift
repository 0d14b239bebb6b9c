/// What the configuration says about one named location.
package struct LocationSettings: Sendable {
    package var policy: LocationPolicy
    package var pinnedRanges: [CIDR] = []
    package var sentinelRange: CIDR
    package var firstStart = FirstStart.guarded
    /// Object IDs in lower case; empty: any token that the rules accept.
    package var authorizedGroups: Set<String> = []

    package init(policy: LocationPolicy, sentinelRange: CIDR) {
        self.policy = policy
        self.sentinelRange = sentinelRange
    }
}
