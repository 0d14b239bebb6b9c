import Glibc

/// One reading of both clocks: the wall for what is shown, the monotonic one for what is measured.
struct Moment: Sendable {
    let seconds: Int
    let nanoseconds: Int
    let monotonic: Double

    static func now() -> Moment {
        var wall = timespec()
        var steady = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &wall)
        unsafe clock_gettime(CLOCK_MONOTONIC, &steady)
        return Moment(
            seconds: wall.tv_sec,
            nanoseconds: wall.tv_nsec,
            monotonic: Double(steady.tv_sec) + Double(steady.tv_nsec) / 1e9
        )
    }

    /// `2019-09-04T01:11:34.9387578Z`: Graph's named locations have seven fractional digits.
    var graphText: String { date + "T" + time + "." + padded(nanoseconds / 100, 7) + "Z" }

    /// `2022-11-24T01:31:47`: Graph's error bodies have no zone.
    var zonelessText: String { date + "T" + time }

    /// `2023-05-06 06:03:00Z`, as the token endpoint writes it.
    var tokenText: String { date + " " + time + "Z" }

    /// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
    func httpText(addingSeconds extra: Int = 0) -> String {
        let later = Moment(seconds: seconds + extra, nanoseconds: 0, monotonic: 0)
        let (year, month, day) = later.calendar
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][later.seconds / 86_400 % 7]
        let name = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1]
        return "\(weekday), \(padded(day, 2)) \(name) \(year) \(later.time) GMT"
    }

    private var date: String {
        let (year, month, day) = calendar
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    private var time: String {
        let second = seconds % 86_400
        return "\(padded(second / 3_600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
    }

    /// Days to year, month and day, by eras of 400 years that begin on 1 March.
    private var calendar: (Int, Int, Int) {
        let days = seconds / 86_400 + 719_468
        let era = days / 146_097
        let ofEra = days % 146_097
        let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * ofYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * shifted + 2) / 5 + 1)
    }
}

private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
