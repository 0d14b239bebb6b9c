import Entra
import FoundationEssentials
import Grants

/// The doctor's requests: one after another, at the pace of the configuration, and patient where Microsoft throttles.
final class Consultation {
    let transport: HTTPTransport
    let clock: Clock
    let timeouts: HTTPRequest.Timeouts
    private let interval: Duration
    private var lastSent: ContinuousClock.Instant?
    private(set) var throttledTimes = 0
    /// The server's clock against ours, as each answer showed it; positive where ours is behind.
    private(set) var skews: [Duration] = []

    init(_ transport: HTTPTransport, _ settings: EntraSettings, clock: Clock) {
        self.transport = transport
        self.clock = clock
        timeouts = HTTPRequest.Timeouts(connect: settings.connectTimeout, request: settings.requestTimeout)
        interval = .seconds(1) / settings.requestsPerSecond
    }

    func newId() -> String { UUID().uuidString.lowercased() }

    /// A 429 is waited out once.
    func ask(_ request: HTTPRequest) -> Result<HTTPReply, TransportFailure> {
        let result = askOnce(request)
        guard case .success(let reply) = result, reply.status == 429 else { return result }
        throttledTimes += 1
        let wait = RetryAfter.delay(in: reply.headers, now: clock.wall()) ?? .seconds(5)
        pause(min(max(wait, .seconds(1)), .seconds(30)))
        return askOnce(request)
    }

    func pause(_ time: Duration) {
        let end = clock.monotonic() + time
        while clock.monotonic() < end {
            _ = transport.wait(alsoFor: [], atMost: end - clock.monotonic())
        }
    }

    private func askOnce(_ request: HTTPRequest) -> Result<HTTPReply, TransportFailure> {
        if let lastSent { pause(lastSent + interval - clock.monotonic()) }
        lastSent = clock.monotonic()
        let before = clock.wall()
        let id = transport.start(request)
        // curl ends every request by its own timeout.
        while true {
            for completion in transport.wait(alsoFor: [], atMost: .seconds(1)) where completion.id == id {
                if case .success(let reply) = completion.result, let date = reply.date {
                    note(date, from: before, to: clock.wall())
                }
                return completion.result
            }
        }
    }

    /// A date has whole seconds, so half of one is what it says on the average.
    private func note(_ date: Timestamp, from start: Timestamp, to end: Timestamp) {
        skews.append((date + .milliseconds(500)) - (start + (end - start) / 2))
    }
}
