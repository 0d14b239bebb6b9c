/// The requests so far, for tests to assert on.
struct RequestLog: Sendable {
    struct Entry: Sendable {
        let number: Int
        let time: ClockReading
        let method: String
        let path: String
        let kind: RequestKind
        let locationID: String?
        let clientRequestID: String?
        /// Nil when no answer was sent.
        var status: Int?
        var fault: String?
        /// Why a request was refused, in the emulator's own words: Graph's bodies often do not say.
        var reason: String?
        /// The list of a PATCH, as far as it could be read.
        var ranges: [String]?
        /// Whether the write took effect; nil for anything but a write.
        var applied: Bool?
        /// What a token request asked for with `claims`.
        var claims: String?
    }

    /// A long rehearsal must not fill the memory.
    private static let limit = 20_000

    private(set) var entries: [Entry] = []
    private(set) var counts: [RequestKind: Int] = [:]
    private(set) var throttled = 0
    private(set) var faults = 0
    private(set) var written = 0
    var nextNumber: Int { written + 1 }

    mutating func append(_ entry: Entry) {
        if entries.count >= RequestLog.limit { entries.removeFirst(RequestLog.limit / 4) }
        entries.append(entry)
        written += 1
        counts[entry.kind, default: 0] += 1
        if entry.status == 429 { throttled += 1 }
        if entry.fault != nil { faults += 1 }
    }

    /// Numbers go on, so that a late write cannot be noted on a newer request.
    mutating func clear() {
        entries = []
        counts = [:]
        throttled = 0
        faults = 0
    }

    mutating func noteLanding(of number: Int, applied: Bool) {
        guard let index = entries.firstIndex(where: { $0.number == number }) else { return }
        entries[index].applied = applied
    }

    var countsObject: JSON {
        var members = RequestKind.allCases.map { JSON.Member(key: $0.rawValue, value: .whole(counts[$0] ?? 0)) }
        members.append(JSON.Member(key: "throttled", value: .whole(throttled)))
        members.append(JSON.Member(key: "faults", value: .whole(faults)))
        members.append(JSON.Member(key: "total", value: .whole(counts.values.reduce(0, +))))
        return .object(members)
    }
}

extension RequestLog.Entry {
    var json: JSON {
        [
            "n": .whole(number), "time": .string(time.graphText), "monotonic": .number(time.monotonic),
            "method": .string(method), "path": .string(path), "kind": .string(kind.rawValue),
            "id": .optional(locationID), "status": status.map { .whole($0) } ?? .null,
            "ranges": ranges.map { .texts($0) } ?? .null, "applied": applied.map { .bool($0) } ?? .null,
            "client_request_id": .optional(clientRequestID), "fault": .optional(fault), "reason": .optional(reason),
            "claims": .optional(claims),
        ]
    }
}
