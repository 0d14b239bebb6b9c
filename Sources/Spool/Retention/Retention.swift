package import Grants
package import Linux

/// Deletes what was kept long enough: days of `done/` and `journal/`, and litter in `tmp/`; `failed/` and `hold/` never.
package struct Retention {
    package struct Limits: Hashable, Sendable {
        package var done: Duration
        package var journal: Duration
        /// Since it was last written, read or renamed (Maildir's rule).
        package var temporary: Duration
        /// So that a pass stays short beside the work.
        package var unlinksPerPass: Int

        package init(
            done: Duration = .seconds(14 * 86_400), journal: Duration = .seconds(90 * 86_400),
            temporary: Duration = .seconds(36 * 3_600), unlinksPerPass: Int = 10_000
        ) {
            self.done = done
            self.journal = journal
            self.temporary = temporary
            self.unlinksPerPass = unlinksPerPass
        }
    }

    package struct Pass: Hashable, Sendable {
        package var unlinked = 0
        /// Days that are gone whole.
        package var daysRemoved: [String] = []
        /// The limit was reached: another pass soon.
        package var hasMore = false
        package var refusal: Doubt?
    }

    /// Why nothing is deleted: a clock that jumped would make everything look old.
    package enum Doubt: Hashable, Sendable, CustomStringConvertible {
        case clockMoved(by: Duration)
        case dayInFuture(String)

        package var description: String {
            switch self {
            case .clockMoved(let distance):
                "the clock was moved by \(distance.components.seconds) s since the start; restart once it is right"
            case .dayInFuture(let name): "\(name) lies in the future: the clock is wrong, or was when it was made"
            }
        }
    }

    private let spool: SpoolDirectory
    private let limits: Limits
    private let startWall: Timestamp
    private let startMonotonic: ContinuousClock.Instant

    package init(
        _ spool: SpoolDirectory, limits: Limits = Limits(), startedAt wall: Timestamp,
        _ monotonic: ContinuousClock.Instant
    ) {
        self.spool = spool
        self.limits = limits
        startWall = wall
        startMonotonic = monotonic
    }

    /// One pass, the oldest days first; what cannot be deleted stays without a word, since it harms nobody.
    package func run(at wall: Timestamp, _ monotonic: ContinuousClock.Instant) throws(SystemError) -> Pass {
        var pass = Pass()
        let moved = (wall - startWall) - (monotonic - startMonotonic)
        guard moved <= Self.day, moved >= .zero - Self.day else {
            pass.refusal = .clockMoved(by: moved)
            return pass
        }
        let doneDays = try spool.done.names().filter(\.isDay).map { String(decoding: $0, as: UTF8.self) }.sorted()
        let journalDays = try spool.journal.names().filter(\.isJournalDay)
            .map { String(decoding: $0.prefix(8), as: UTF8.self) }.sorted()
        for (place, newest) in [("done", doneDays.last), ("journal", journalDays.last)] {
            guard let newest, newest > wall.day else { continue }
            pass.refusal = .dayInFuture("\(place)/\(newest)")
            return pass
        }
        for day in journalDays where Self.isOver(day, since: limits.journal, at: wall) {
            unlink(Array((day + ".ndjson").utf8), in: spool.journal, &pass)
        }
        for day in doneDays where Self.isOver(day, since: limits.done, at: wall) {
            try removeDay(day, &pass)
        }
        try removeLitter(at: wall, &pass)
        return pass
    }

    private static let day = Duration.seconds(86_400)

    /// Whether even the last moment of the day is long enough ago.
    private static func isOver(_ name: String, since limit: Duration, at now: Timestamp) -> Bool {
        guard let start = Timestamp(stamp: name + "T000000.000000Z") else { return false }
        return start + day + limit <= now
    }

    private func removeDay(_ day: String, _ pass: inout Pass) throws(SystemError) {
        guard !isSpent(&pass), let folder = try? spool.done.folder(day) else { return }
        // One more than may go tells whether the day is finished.
        for name in try folder.names(upTo: limits.unlinksPerPass - pass.unlinked + 1) {
            unlink(name, in: folder, &pass)
        }
        if !pass.hasMore, (try? spool.done.removeFolder(Array(day.utf8))) != nil { pass.daysRemoved.append(day) }
    }

    private func removeLitter(at now: Timestamp, _ pass: inout Pass) throws(SystemError) {
        for name in try spool.temporary.names() {
            guard let status = try? spool.temporary.status(of: name), status.kind != .folder else { continue }
            let last = max(status.modified, status.accessed, status.changed)
            if now - last >= limits.temporary { unlink(name, in: spool.temporary, &pass) }
        }
    }

    private func unlink(_ name: [UInt8], in folder: Folder, _ pass: inout Pass) {
        guard !isSpent(&pass) else { return }
        if (try? folder.remove(name)) != nil { pass.unlinked += 1 }
    }

    private func isSpent(_ pass: inout Pass) -> Bool {
        guard pass.unlinked >= limits.unlinksPerPass else { return false }
        pass.hasMore = true
        return true
    }
}
