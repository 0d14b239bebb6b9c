/// What a request is judged against, besides its own bytes.
package struct RequestContext: Sendable {
    /// From the item's name.
    package var stamp: Timestamp
    /// The file's modification time.
    package var modified: Timestamp
    package var now: Timestamp
    package var locations: ConfiguredLocations

    package init(stamp: Timestamp, modified: Timestamp, now: Timestamp, locations: ConfiguredLocations) {
        self.stamp = stamp
        self.modified = modified
        self.now = now
        self.locations = locations
    }
}
