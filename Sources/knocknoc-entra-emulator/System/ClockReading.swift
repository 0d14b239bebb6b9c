import Foundation
import Glibc

/// One reading of both clocks: the wall for what is shown, the monotonic one for what is measured.
struct ClockReading: Sendable {
    let seconds: Int
    let nanoseconds: Int
    let monotonic: Double

    static func now() -> ClockReading {
        var wall = timespec()
        var steady = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &wall)
        unsafe clock_gettime(CLOCK_MONOTONIC, &steady)
        return ClockReading(
            seconds: wall.tv_sec,
            nanoseconds: wall.tv_nsec,
            monotonic: Double(steady.tv_sec) + Double(steady.tv_nsec) / 1e9
        )
    }

    /// `2019-09-04T01:11:34.9387578Z`: Graph's named locations have seven fractional digits.
    var graphText: String { text("%FT%T.") + String(10_000_000 + nanoseconds / 100).dropFirst() + "Z" }

    /// `2022-11-24T01:31:47`: Graph's error bodies have no zone.
    var zonelessText: String { text("%FT%T") }

    /// `2023-05-06 06:03:00Z`, as the token endpoint writes it.
    var tokenText: String { text("%F %TZ") }

    /// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
    func httpText(addingSeconds extra: Int = 0) -> String {
        ClockReading(seconds: seconds + extra, nanoseconds: 0, monotonic: 0).text("%a, %d %b %Y %T GMT")
    }

    /// strftime(3) in UTC; the program never leaves the C locale.
    private func text(_ format: String) -> String {
        var time = seconds
        var fields = unsafe tm()
        var bytes = [CChar](repeating: 0, count: 64)
        unsafe gmtime_r(&time, &fields)
        let count = unsafe strftime(&bytes, bytes.count, format, &fields)
        return String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

func pause(milliseconds: Int) {
    if milliseconds > 0 { Thread.sleep(forTimeInterval: Double(milliseconds) / 1_000) }
}
