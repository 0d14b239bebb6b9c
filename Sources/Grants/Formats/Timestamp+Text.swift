extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC, with milliseconds or microseconds only where there are any.
    package var description: String {
        var text: [UInt8] = []
        appendRFC3339(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// The same as bytes.
    func appendRFC3339(to text: inout [UInt8]) {
        let time = CalendarTime(self)
        text.append(padded: time.year, 4)
        text.append(padded: time.month, 2, after: "-")
        text.append(padded: time.day, 2, after: "-")
        text.append(padded: time.hour, 2, after: "T")
        text.append(padded: time.minute, 2, after: ":")
        text.append(padded: time.second, 2, after: ":")
        switch time.microsecond {
        case 0: break
        case let all where all % 1_000 == 0: text.append(padded: all / 1_000, 3, after: ".")
        case let all: text.append(padded: all, 6, after: ".")
        }
        text.append(UInt8(ascii: "Z"))
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
        var text: [UInt8] = []
        text.append(padded: time.year, 4)
        text.append(padded: time.month, 2)
        text.append(padded: time.day, 2)
        text.append(padded: time.hour, 2, after: "T")
        text.append(padded: time.minute, 2)
        text.append(padded: time.second, 2)
        text.append(padded: time.microsecond, 6, after: ".")
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
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

extension [UInt8] {
    /// All digits of a number, and zeros before them up to the width.
    fileprivate mutating func append(padded number: Int, _ width: Int, after separator: Unicode.Scalar? = nil) {
        if let separator { append(UInt8(ascii: separator)) }
        if number < 0 { append(UInt8(ascii: "-")) }
        append(digitsOf: number.magnitude, width)
    }

    private mutating func append(digitsOf number: UInt, _ width: Int) {
        if width > 1 || number >= 10 { append(digitsOf: number / 10, width - 1) }
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
