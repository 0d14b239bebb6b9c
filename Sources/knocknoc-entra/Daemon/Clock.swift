import FoundationEssentials
import Grants

/// The two clocks, read in one place: the wall for leases and reports, the monotonic one for every wait.
struct Clock: Sendable {
    var wall: @Sendable () -> Timestamp
    var monotonic: @Sendable () -> ContinuousClock.Instant

    static let system = Clock(
        wall: { Timestamp(microseconds: Int64((Date().timeIntervalSince1970 * 1e6).rounded(.down))) },
        monotonic: { ContinuousClock.now })

    var now: Moment { Moment(wall: wall(), monotonic: monotonic()) }
}
