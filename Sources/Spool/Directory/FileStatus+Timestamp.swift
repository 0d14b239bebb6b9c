package import Grants
package import Linux

extension FileStatus {
    package var modified: Timestamp { Timestamp(lastModified) }
    package var changed: Timestamp { Timestamp(lastChanged) }
    package var accessed: Timestamp { Timestamp(lastAccessed) }
}

extension Timestamp {
    /// Kept within 1970 to 9999: a producer may set any time that the file system holds, far beyond what a name can say.
    init(_ time: FileStatus.Time) {
        let seconds = min(max(time.seconds, 0), 253_402_300_799)
        self.init(microseconds: seconds * 1_000_000 + time.nanoseconds / 1_000)
    }
}
