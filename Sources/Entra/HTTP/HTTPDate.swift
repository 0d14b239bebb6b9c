package import Grants

extension Timestamp {
    /// RFC 9110, 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`.
    package init?(httpDate text: String) {
        let words = text.split { $0 == " " || $0 == "," || $0 == "-" }.map(String.init)
        let fields: (day: String, month: String, year: String, clock: String)
        switch words.count {
        case 6 where words[5] == "GMT": fields = (words[1], words[2], words[3], words[4])
        case 5: fields = (words[2], words[1], words[4], words[3])
        default: return nil
        }
        let clock = fields.clock.split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 3, let month = months.firstIndex(of: fields.month), let day = number(fields.day, 1...2),
            let year = fullYear(fields.year), let hour = number(clock[0], 2...2),
            let minute = number(clock[1], 2...2), let second = number(clock[2], 2...2), second <= 60,
            let time = CalendarTime(
                year: year,
                month: month + 1,
                day: day,
                hour: hour,
                minute: minute,
                second: min(second, 59),
                microsecond: 0
            )
        else { return nil }
        self = time.timestamp
    }
}

private let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/// Two digits are the obsolete RFC 850 form, where 70 and above were the last century.
private func fullYear(_ text: String) -> Int? {
    if let year = number(text, 4...4) { return year }
    return number(text, 2...2).map { $0 >= 70 ? 1_900 + $0 : 2_000 + $0 }
}

private func number(_ text: some StringProtocol, _ width: ClosedRange<Int>) -> Int? {
    guard width.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
}
