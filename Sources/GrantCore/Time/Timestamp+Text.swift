extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC, with milliseconds or microseconds only where there are any.
    package var description: String {
        let time = CalendarTime(self)
        let fraction =
            switch time.microsecond {
            case 0: ""
            case let all where all % 1_000 == 0: "." + padded(all / 1_000, 3)
            case let all: "." + padded(all, 6)
            }
        return "\(padded(time.year, 4))-\(padded(time.month, 2))-\(padded(time.day, 2))"
            + "T\(padded(time.hour, 2)):\(padded(time.minute, 2)):\(padded(time.second, 2))\(fraction)Z"
    }

    /// Strict RFC 3339: a date, `T`, a time, `Z` or an offset; Foundation's parser takes 30 February and trailing text.
    package init?(rfc3339 text: String) {
        var reader = DigitReader(text)
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
            let day = reader.number(2), reader.take("T"), let hour = reader.number(2), reader.take(":"),
            let minute = reader.number(2), reader.take(":"), let second = reader.number(2),
            let microsecond = reader.fraction(), let offset = reader.offset(), reader.isAtEnd,
            let time = CalendarTime(
                year: year, month: month, day: day, hour: hour, minute: minute, second: second,
                microsecond: microsecond)
        else { return nil }
        self.init(microseconds: time.timestamp.microseconds - Int64(offset) * 60_000_000)
    }

    /// `20261120T230542.123456Z`: fixed width, so that names sort by time.
    package var stamp: String {
        let time = CalendarTime(self)
        return "\(padded(time.year, 4))\(padded(time.month, 2))\(padded(time.day, 2))"
            + "T\(padded(time.hour, 2))\(padded(time.minute, 2))\(padded(time.second, 2)).\(padded(time.microsecond, 6))Z"
    }

    package init?(stamp text: String) {
        var reader = DigitReader(text)
        guard let year = reader.number(4), let month = reader.number(2), let day = reader.number(2), reader.take("T"),
            let hour = reader.number(2), let minute = reader.number(2), let second = reader.number(2),
            reader.take("."), let microsecond = reader.number(6), reader.take("Z"), reader.isAtEnd,
            let time = CalendarTime(
                year: year, month: month, day: day, hour: hour, minute: minute, second: second,
                microsecond: microsecond)
        else { return nil }
        self = time.timestamp
    }

    /// `20261120`: the name of a day folder.
    package var day: String {
        String(stamp.prefix(8))
    }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let parsed = Timestamp(rfc3339: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 time: \(text)")
        }
        self = parsed
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
