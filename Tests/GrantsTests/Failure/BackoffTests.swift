import Grants
import Kit
import Testing

struct BackoffTests {
    private let usual = Backoff(initial: .seconds(2), maximum: .seconds(120))

    @Test(
        "the longest wait doubles up to the maximum",
        arguments: zip([-1, 0, 1, 2, 3, 4, 5, 6, 7, 100, .max], [2, 2, 4, 8, 16, 32, 64, 120, 120, 120, 120])
    )
    func doubling(attempts: Int, seconds: Int) {
        #expect(usual.delay(afterAttempts: attempts, jitter: 0) == .seconds(2))
        let longest = usual.delay(afterAttempts: attempts, jitter: 0.999_999)
        #expect(longest <= .seconds(seconds) && longest > .seconds(Double(seconds) - 0.001))
    }

    @Test("bounds and monotony for any settings", arguments: 0..<5 as Range<UInt64>)
    func bounds(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            let initial = Duration.milliseconds(Int.random(in: 0...100_000, using: &random))
            let maximum = Duration.milliseconds(Int.random(in: 0...36_000_000, using: &random))
            let backoff = Backoff(initial: initial, maximum: maximum)
            let jitter = Double.random(in: 0..<1, using: &random)
            var previous = Duration.zero
            for attempts in 1...40 {
                let delay = backoff.delay(afterAttempts: attempts, jitter: jitter)
                #expect(delay >= min(initial, maximum) && delay <= maximum)
                #expect(delay >= previous)
                #expect(delay <= backoff.delay(afterAttempts: attempts, jitter: (1 + jitter) / 2))
                previous = delay
            }
        }
    }

    @Test("trouble counts its attempts and never asks again before it was told to")
    func trouble() {
        let start = ContinuousClock.now
        var trouble = Trouble(Failure(.entra000, "no route"), at: start)
        #expect(trouble.retryAt == start && trouble.attempts == 0)
        for attempt in 1...10 {
            let now = start + .seconds(attempt * 200)
            trouble.note(Failure(.entra004, "slow"), at: now, backoff: usual, jitter: 0.5)
            #expect(trouble.attempts == attempt && trouble.since == start && trouble.error.code == .entra004)
            #expect(trouble.retryAt >= now + .seconds(2) && trouble.retryAt <= now + .seconds(120))
        }
        trouble.note(Failure(.entra005, "told"), at: start, backoff: usual, jitter: 0, atLeast: .seconds(3_600))
        #expect(trouble.retryAt == start + .seconds(3_600))
        trouble.note(Failure(.entra005, "told"), at: start, backoff: usual, jitter: 0, atLeast: .seconds(-5))
        #expect(trouble.retryAt == start + .seconds(2))
    }
}
