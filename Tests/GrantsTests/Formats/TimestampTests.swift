import Foundation
import Grants
import Kit
import Testing

struct TimestampTests {
    @Test("text agrees with Foundation's Date over random instants", arguments: 0..<10 as Range<UInt64>)
    func againstFoundation(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            // Years 1600 to 9999.
            let seconds = Int64.random(in: -11_676_096_000...253_402_300_799, using: &random)
            let timestamp = Timestamp(seconds: seconds)
            let date = Date(timeIntervalSince1970: TimeInterval(seconds))
            #expect(timestamp.description == date.formatted(.iso8601))
            let parsed = try Date(timestamp.description, strategy: .iso8601)
            #expect(parsed == date)
            let fine = Timestamp(microseconds: seconds * 1_000_000 + Int64.random(in: 0...999_999, using: &random))
            #expect(Timestamp(rfc3339: fine.description) == fine)
            #expect(Timestamp(stamp: fine.stamp) == fine)
            #expect(fine.stamp.hasPrefix(fine.day))
        }
    }

    @Test(
        "RFC 3339 is read",
        arguments: [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-11-20T22:59:00.125Z", 1_795_215_540_125_000),
            ("2026-11-20T22:59:00.1Z", 1_795_215_540_100_000),
            ("2026-11-20T22:59:00.1234567Z", 1_795_215_540_123_456),  // Graph sends seven digits
            ("2026-11-21T00:59:00+02:00", 1_795_215_540_000_000),
            ("2026-11-20T17:29:00-05:30", 1_795_215_540_000_000),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000_000),
            ("1969-12-31T23:59:59.999999Z", -1),
        ] as [(String, Int64)]
    )
    func read(text: String, microseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.microseconds == microseconds)
    }

    @Test(
        "what is no time is refused",
        arguments: [
            "2026-02-30T00:00:00Z",  // no such day, though Foundation takes it
            "2025-02-29T00:00:00Z", "1900-02-29T00:00:00Z",  // not leap years
            "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-04-31T00:00:00Z",
            "2026-11-20T24:00:00Z",  // hour 24
            "2026-11-20T23:60:00Z", "2026-12-31T23:59:60Z",  // a leap second
            "2026-11-20T22:59:00Z ", "2026-11-20T22:59:00Zulu", " 2026-11-20T22:59:00Z",  // text around it
            "2026-11-20T22:59:00",  // no zone
            "2026-11-20", "2026-11-20T22:59Z", "2026-11-20 22:59:00Z", "2026-11-20t22:59:00z",
            "2026-11-20T22:59:00.Z", "2026-11-20T22:59:00,5Z", "26-11-20T22:59:00Z", "+2026-11-20T22:59:00Z",
            "2026-11-20T22:59:00+0200", "2026-11-20T22:59:00+24:00", "2026-11-20T22:59:00+02:60",
            "2026-1-20T22:59:00Z", "２026-11-20T22:59:00Z", "", "now",
        ]
    )
    func refused(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test("a stamp has a fixed width and sorts by time")
    func stamp() throws {
        let time = try #require(Timestamp(rfc3339: "2026-11-20T23:05:42.123456Z"))
        #expect(time.stamp == "20261120T230542.123456Z")
        #expect(time.day == "20261120")
        #expect(Timestamp(stamp: "20261120T230542.123456Z") == time)
        for text in [
            "20261120T230542Z", "20261120T230542.1234567Z", "20261120T230542.123456", "20261131T230542.123456Z",
        ] {
            #expect(Timestamp(stamp: text) == nil)
        }
        var random = SeededRandom(seed: 3)
        let times = (0..<500).map { _ in
            Timestamp(microseconds: .random(in: 0...253_402_300_799_999_999, using: &random))
        }
        #expect(times.sorted().map(\.stamp) == times.map(\.stamp).sorted())
    }

    @Test("adding and subtracting durations is exact")
    func arithmetic() {
        let time = Timestamp(seconds: 1_795_215_540)
        let step = Duration.seconds(90) + .microseconds(1)
        #expect((time + step).microseconds == 1_795_215_630_000_001)
        #expect(time + step - step == time)
        #expect(time + step - time == step)
    }
}
