import Grants

/// The time to live by: the wall clock's, unless it has jumped or was wrong at the start.
final class TrustedClock {
    private var clock: ClockGuard
    private let log: Log

    /// `recorded` is the latest time that an earlier life wrote down.
    init(_ log: Log, recorded: Timestamp?, at now: Moment) {
        self.log = log
        clock = ClockGuard(wall: now.wall, monotonic: now.monotonic, recorded: recorded)
        if clock.isDoubting { tellDoubt(now.wall, expected: recorded ?? now.wall) }
    }

    var isDoubting: Bool { clock.isDoubting }

    /// False while it is not known when requests were made.
    var mayJudge: Bool { clock.mayJudge }

    /// Call it for every reading of the clocks.
    func guarded(_ moment: Moment) -> Moment {
        let wasDoubting = clock.isDoubting
        let wall = clock.time(wall: moment.wall, monotonic: moment.monotonic)
        if wasDoubting && !clock.isDoubting {
            log(.notice, "clock.trusted", ["wall": moment.wall.description, "expected": wall.description])
        } else if !wasDoubting && clock.isDoubting {
            tellDoubt(moment.wall, expected: wall)
        }
        return Moment(wall: wall, monotonic: moment.monotonic)
    }

    /// A server's date may settle a doubt.
    func hear(_ date: Timestamp, at moment: Moment) {
        if clock.hear(date, wall: moment.wall, monotonic: moment.monotonic) {
            log(.notice, "clock.trusted", ["wall": moment.wall.description, "date": date.description])
        }
    }

    private func tellDoubt(_ wall: Timestamp, expected: Timestamp) {
        log(
            .error, "clock.doubted",
            [
                "wall": wall.description, "expected": expected.description,
                "consequence": "nothing expires or begins until a date from Entra agrees, for 10 minutes at most",
            ])
    }
}
