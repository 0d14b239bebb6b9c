import Grants
import Testing

struct ClockGuardTests {
    private let start = ContinuousClock.now
    private let noon = Timestamp(seconds: 1_800_000_000)

    @Test("a clock that goes as it should is followed, small steps included")
    func steady() {
        var clock = ClockGuard(wall: noon, monotonic: start, recorded: noon)
        for second in stride(from: 0, through: 3_600, by: 30) {
            let wall = noon + .seconds(second) + .milliseconds(second * 10)
            let time = clock.time(wall: wall, monotonic: start + .seconds(second))
            #expect(time == wall)
        }
        #expect(!clock.isDoubting)
    }

    @Test(
        "after a jump time goes on from where it was trusted, for at most ten minutes",
        arguments: [400 * 86_400, -400 * 86_400, 61, -61])
    func jump(by seconds: Int) {
        var clock = ClockGuard(wall: noon, monotonic: start, recorded: nil)
        for minute in 1..<11 {
            let time = clock.time(
                wall: noon + .seconds(seconds + minute * 60), monotonic: start + .seconds(minute * 60))
            #expect(time == noon + .seconds(minute * 60))
            #expect(clock.isDoubting)
        }
        let late = clock.time(wall: noon + .seconds(seconds + 660), monotonic: start + .seconds(660))
        #expect(late == noon + .seconds(seconds + 660))
        #expect(!clock.isDoubting)
    }

    @Test("a server's date that agrees ends the doubt, one that does not leaves it")
    func date() {
        var clock = ClockGuard(wall: noon, monotonic: start, recorded: nil)
        let wall = noon + .seconds(7_200)
        _ = clock.time(wall: wall, monotonic: start + .seconds(5))
        let wrong = clock.hear(noon, wall: wall, monotonic: start + .seconds(6))
        #expect(!wrong && clock.isDoubting)
        let right = clock.hear(wall + .seconds(200), wall: wall, monotonic: start + .seconds(7))
        #expect(right && !clock.isDoubting)
        let time = clock.time(wall: wall + .seconds(1), monotonic: start + .seconds(8))
        #expect(time == wall + .seconds(1))
    }

    @Test("a clock behind what was written down before is doubted from the start")
    func behind() {
        var clock = ClockGuard(wall: noon, monotonic: start, recorded: noon + .seconds(3_600))
        #expect(clock.isDoubting)
        let time = clock.time(wall: noon + .seconds(1), monotonic: start + .seconds(1))
        #expect(time == noon + .seconds(3_601))
    }

    @Test("a clock that comes back by itself is trusted again")
    func back() {
        var clock = ClockGuard(wall: noon, monotonic: start, recorded: nil)
        _ = clock.time(wall: noon + .seconds(9_000), monotonic: start + .seconds(5))
        #expect(clock.isDoubting)
        let time = clock.time(wall: noon + .seconds(10), monotonic: start + .seconds(10))
        #expect(time == noon + .seconds(10) && !clock.isDoubting)
    }

    @Test("a start far ahead of what was recorded is doubted until a date agrees; nothing is judged before")
    func aheadAtStart() {
        var clock = ClockGuard(wall: noon + .seconds(2 * 86_400), monotonic: start, recorded: noon)
        #expect(clock.isDoubting && !clock.mayJudge)
        let late = start + .seconds(5)
        #expect(clock.time(wall: noon + .seconds(2 * 86_400 + 5), monotonic: late) == noon + .seconds(5))
        let wrong = clock.hear(noon + .seconds(9), wall: noon + .seconds(2 * 86_400 + 5), monotonic: late)
        #expect(!wrong && !clock.mayJudge)
        let right = clock.hear(noon + .seconds(2 * 86_400), wall: noon + .seconds(2 * 86_400 + 5), monotonic: late)
        #expect(right && clock.mayJudge && !clock.isDoubting)
        let later = clock.time(wall: noon, monotonic: late + .seconds(1))
        #expect(clock.isDoubting && clock.mayJudge && later > noon, "a jump while it runs")
        #expect(!ClockGuard(wall: noon + .seconds(3_500), monotonic: start, recorded: noon).isDoubting)
    }
}
