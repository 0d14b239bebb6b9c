package import Grants

/// How long a 429 asks us to wait: seconds, a decimal, or a date; never more than an hour.
package enum RetryAfter {
    package static let limit = Duration.seconds(3_600)

    /// Nil when the header is missing or means nothing; a date is measured by the server's own clock if it told us.
    package static func delay(in headers: HTTPHeaders, now: Timestamp) -> Duration? {
        guard let text = headers["Retry-After"]?.trimmed else { return nil }
        if let seconds = decimal(text) { return min(seconds, limit) }
        guard let date = Timestamp(httpDate: text) else { return nil }
        let start = headers["Date"].flatMap(Timestamp.init(httpDate:)) ?? now
        return min(max(date - start, .zero), limit)
    }

    /// `120` or `1.5`; no sign, no exponent.
    private static func decimal(_ text: String) -> Duration? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = parts.first, !whole.isEmpty,
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        guard let seconds = Int64(whole), seconds < 3_600 else { return limit }
        guard parts.count == 2 else { return .seconds(seconds) }
        let digits = parts[1].utf8.prefix(3).map { Int64($0 - 0x30) } + [0, 0, 0]
        return .milliseconds(seconds * 1_000 + digits[0] * 100 + digits[1] * 10 + digits[2])
    }
}
