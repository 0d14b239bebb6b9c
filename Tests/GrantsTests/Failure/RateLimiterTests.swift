import Grants
import Kit
import Testing

struct RateLimiterTests {
    private let start = ContinuousClock.now

    @Test("one request passes an interval", arguments: [(0.5, 2_000), (1, 1_000), (4, 250), (1_000, 1)])
    func interval(rate: Double, milliseconds: Int) {
        var pacing = RateLimiter(requestsPerSecond: rate, at: start)
        #expect(pacing.isOpen(at: start))
        for count in 0..<5 {
            let now = start + .milliseconds(milliseconds * count)
            #expect(pacing.isOpen(at: now))
            pacing.pass(at: now)
            #expect(!pacing.isOpen(at: now) && !pacing.isOpen(at: now + .milliseconds(milliseconds) - .microseconds(1)))
            #expect(pacing.opensAt == now + .milliseconds(milliseconds))
        }
    }

    @Test("shut, it stays so until the latest of all the times that were given")
    func shut() {
        var pacing = RateLimiter(requestsPerSecond: 1, at: start)
        pacing.shut(until: start + .seconds(30), at: start)
        pacing.shut(until: start + .seconds(10), at: start + .seconds(1))
        #expect(pacing.throttled == 2 && pacing.opensAt == start + .seconds(30))
        pacing.wasServed()
        #expect(pacing.throttled == 0 && pacing.opensAt == start + .seconds(30))
    }

    @Test(
        "the time shut is the union of all that was asked, and never runs backwards", arguments: 0..<50 as Range<UInt64>
    )
    func shutTime(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var pacing = RateLimiter(requestsPerSecond: 1, at: start)
        var shutSeconds: Set<Int> = []
        var (previous, second) = (Duration.zero, 0)
        for _ in 0..<60 {
            if Int.random(in: 0..<3, using: &random) == 0 {
                // A time that is over shuts nothing.
                let until = second + Int.random(in: -3...12, using: &random)
                pacing.shut(until: start + .seconds(until), at: start + .seconds(second))
                if until > second { shutSeconds.formUnion(second..<until) }
            }
            if Bool.random(using: &random) { pacing.pass(at: start + .seconds(second)) }
            second += Int.random(in: 0...5, using: &random)
            let shut = pacing.shutTime(at: start + .seconds(second))
            #expect(shut == .seconds(shutSeconds.count { $0 < second }))
            #expect(shut >= previous)
            previous = shut
        }
    }
}
