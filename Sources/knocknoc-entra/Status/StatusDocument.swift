import Grants

/// What the worker says of itself in `status.json`; every time is RFC 3339, and no token, secret or address is in it.
struct StatusDocument: JSONFields, Hashable, Sendable {
    enum State: String, JSONWord {
        case running
        case stopped
    }

    struct Problem: JSONFields, Hashable, Sendable {
        var code = ""
        var detail = ""
        var since: Timestamp?
        var nextTry: Timestamp?
        var attempts: Int?
        /// What it is about: a location, or an endpoint.
        var scope: String?

        static var fields: [JSONField<Problem>] {
            [
                .init("attempts", \.attempts), .init("code", \.code), .init("detail", \.detail),
                .init("nextTry", \.nextTry), .init("scope", \.scope), .init("since", \.since),
            ]
        }
    }

    struct Queue: JSONFields, Hashable, Sendable {
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

        static var fields: [JSONField<Queue>] {
            [
                .init("held", \.held), .init("oldestSince", \.oldestSince), .init("parked", \.parked),
                .init("settling", \.settling), .init("waiting", \.waiting),
            ]
        }
    }

    struct Location: JSONFields, Hashable, Sendable {
        var name = ""
        var id = ""
        var leases = 0
        /// In the list that Entra took last.
        var ranges = 0
        var limit = 0
        var confirmation = ""
        var isPaused = false
        var waiting = 0
        var parked = 0
        var dirtySince: Timestamp?
        var trouble: Problem?
        /// What has ended and is still in Entra.
        var overdue: Overdue?

        static var fields: [JSONField<Location>] {
            [
                .init("confirmation", \.confirmation), .init("dirtySince", \.dirtySince), .init("id", \.id),
                .init("isPaused", \.isPaused), .init("leases", \.leases), .init("limit", \.limit),
                .init("name", \.name), .init("overdue", \.overdue), .init("parked", \.parked),
                .init("ranges", \.ranges), .init("trouble", \.trouble), .init("waiting", \.waiting),
            ]
        }
    }

    struct Overdue: JSONFields, Hashable, Sendable {
        var count = 0
        var since = Timestamp(microseconds: 0)

        static var fields: [JSONField<Overdue>] { [.init("count", \.count), .init("since", \.since)] }
    }

    struct Entra: JSONFields, Hashable, Sendable {
        var tokenExpiresAt: Timestamp?
        var tokenTrouble: Problem?
        var graphTrouble: Problem?
        /// What keeps requests from being proved.
        var keysTrouble: Problem?
        var groupsTrouble: Problem?
        /// While Microsoft's throttling keeps the gate shut.
        var gateOpensAt: Timestamp?
        /// Throttled answers in a row.
        var throttled = 0

        static var fields: [JSONField<Entra>] {
            [
                .init("gateOpensAt", \.gateOpensAt), .init("graphTrouble", \.graphTrouble),
                .init("groupsTrouble", \.groupsTrouble), .init("keysTrouble", \.keysTrouble),
                .init("throttled", \.throttled), .init("tokenExpiresAt", \.tokenExpiresAt),
                .init("tokenTrouble", \.tokenTrouble),
            ]
        }
    }

    struct Disk: JSONFields, Hashable, Sendable {
        /// Why nothing can be written, or what is short.
        var trouble: String?
        var isShortOfRoom = false

        static var fields: [JSONField<Disk>] {
            [.init("isShortOfRoom", \.isShortOfRoom), .init("trouble", \.trouble)]
        }
    }

    var version = ""
    var state = State.running
    var pid = 0
    var startedAt = Timestamp(microseconds: 0)
    var heartbeat = Timestamp(microseconds: 0)
    var isClockDoubted = false
    /// The last reload was refused; nil where a version wrote this that does not say.
    var isReloadRefused: Bool?
    var queue = Queue()
    var outcomes: [String: Int] = [:]
    var locations: [Location] = []
    var entra = Entra()
    var disk = Disk()
    /// Ledgers whose location left the configuration.
    var orphaned: [String] = []
    /// The newest first.
    var lastErrors: [Problem] = []

    static var fields: [JSONField<StatusDocument>] {
        [
            .init("disk", \.disk), .init("entra", \.entra), .init("orphaned", \.orphaned),
            .init("heartbeat", \.heartbeat), .init("isClockDoubted", \.isClockDoubted),
            .init("isReloadRefused", \.isReloadRefused), .init("lastErrors", \.lastErrors),
            .init("locations", \.locations), .init("outcomes", \.outcomes), .init("pid", \.pid),
            .init("queue", \.queue), .init("startedAt", \.startedAt), .init("state", \.state),
            .init("version", \.version),
        ]
    }

    /// Whether it says anything new.
    func differs(from other: StatusDocument) -> Bool {
        var copy = self
        copy.heartbeat = other.heartbeat
        return copy != other
    }
}
