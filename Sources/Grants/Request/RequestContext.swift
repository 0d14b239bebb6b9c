/// What a request is judged against, besides its own bytes.
package struct RequestContext: Sendable {
    /// From the item's name.
    package var stamp: Timestamp
    /// The file's modification time.
    package var modified: Timestamp
    /// When it was claimed, which stays the same however often it is read.
    package var claimed: Timestamp
    package var locations: ConfiguredLocations

    package init(stamp: Timestamp, modified: Timestamp, claimed: Timestamp, locations: ConfiguredLocations) {
        self.stamp = stamp
        self.modified = modified
        self.claimed = claimed
        self.locations = locations
    }
}
