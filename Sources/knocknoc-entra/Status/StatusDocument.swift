import Grants

/// What the worker says of itself in `status.json`; every time is RFC 3339, and no token, secret or address is in it.
struct StatusDocument: Codable, Hashable, Sendable {
    enum State: String, Codable, Sendable {
        case running
        case stopped
    }

    struct Problem: Codable, Hashable, Sendable {
        var code: String
        var detail: String
        var since: Timestamp?
        var nextTry: Timestamp?
        var attempts: Int?
        /// What it is about: a location, or an endpoint.
        var scope: String?
    }

    struct Queue: Codable, Hashable, Sendable {
        /// Claimed and without a verdict.
        var waiting = 0
        /// Put by for want of memory, of a proof, or of a location that can be served.
        var parked = 0
        /// Of locations that are paused.
        var held = 0
        /// With a verdict, and not moved to its folder yet.
        var settling = 0
        /// When the oldest of them was claimed.
        var oldestSince: Timestamp?
    }

    struct Location: Codable, Hashable, Sendable {
        var name: String
        var id: String
        var leases: Int
        /// In the list that Entra took last.
        var ranges: Int
        var limit: Int
        var confirmation: String
        var isPaused: Bool
        var waiting: Int
        var parked: Int
        var dirtySince: Timestamp?
        var trouble: Problem?
        /// What has ended and is still in Entra.
        var overdue: Overdue?
    }

    struct Overdue: Codable, Hashable, Sendable {
        var count: Int
        var since: Timestamp
    }

    struct Entra: Codable, Hashable, Sendable {
        var tokenExpiresAt: Timestamp?
        var tokenTrouble: Problem?
        var graphTrouble: Problem?
        /// What keeps requests from being proved.
        var keysTrouble: Problem?
        var groupsTrouble: Problem?
        /// While Microsoft's throttling keeps the gate shut.
        var gateOpensAt: Timestamp?
        /// Throttled answers in a row.
        var throttled: Int
    }

    struct Disk: Codable, Hashable, Sendable {
        /// Why nothing can be written, or what is short.
        var trouble: String?
        var isShortOfRoom: Bool
    }

    var version: String
    var state: State
    var pid: Int32
    var startedAt: Timestamp
    var heartbeat: Timestamp
    var isClockDoubted: Bool
    /// The last reload was refused; nil where a version wrote this that does not say.
    var isReloadRefused: Bool?
    var queue: Queue
    var outcomes: [String: Int]
    var locations: [Location]
    var entra: Entra
    var disk: Disk
    /// Ledgers whose location left the configuration.
    var forsaken: [String]
    /// The newest first.
    var lastErrors: [Problem]

    /// Whether it says anything new.
    func differs(from other: StatusDocument) -> Bool {
        var copy = self
        copy.heartbeat = other.heartbeat
        return copy != other
    }
}
