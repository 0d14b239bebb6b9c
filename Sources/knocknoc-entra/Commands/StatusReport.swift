import Grants

/// What `status --json` prints.
struct StatusReport: JSONFields {
    enum Presence: String, JSONWord {
        case running
        /// It has the spool, and its heartbeat is old.
        case silent
        case stopped
        /// It is gone without a word.
        case died
        case neverRan = "never-ran"
    }

    var worker = Presence.running
    var folders = FolderCounts()
    var status: StatusDocument?

    static var fields: [JSONField<StatusReport>] {
        [.init("folders", \.folders), .init("status", \.status), .init("worker", \.worker)]
    }
}
