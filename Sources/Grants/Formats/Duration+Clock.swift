extension Duration {
    /// `hh:mm:ss` or `hh:mm:ss.fff`, as settings are written; hours may pass 24.
    package init?(clock text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, (2...4).contains(parts[0].count), parts[1].count == 2,
            let hours = Int64(digits: parts[0]), let minutes = Int64(digits: parts[1]), minutes < 60
        else { return nil }
        let seconds = parts[2].split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(seconds.count), seconds[0].count == 2, let whole = Int64(digits: seconds[0]), whole < 60
        else { return nil }
        var milliseconds: Int64 = 0
        if seconds.count == 2 {
            guard (1...3).contains(seconds[1].count), let fraction = Int64(digits: seconds[1]) else { return nil }
            milliseconds = fraction * [100, 10, 1][seconds[1].count - 1]
        }
        self = .milliseconds((hours * 3_600 + minutes * 60 + whole) * 1_000 + milliseconds)
    }

    /// The inverse of `init(clock:)`, in whole milliseconds.
    package var clock: String {
        let milliseconds = wholeMicroseconds / 1_000
        let seconds = milliseconds / 1_000
        func two(_ number: Int64) -> String { (number < 10 ? "0" : "") + String(number) }
        let text = "\(two(seconds / 3_600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        let rest = String(milliseconds % 1_000)
        return rest == "0" ? text : text + "." + String(repeating: "0", count: 3 - rest.count) + rest
    }

    /// `90s`, `30m`, `8h` or `2d`, as people say it on a command line; at least a second, at most 400 days.
    package init?(spoken text: String) {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(digits: text.dropLast()), count > 0,
            count <= 400 * 86_400 / unit
        else { return nil }
        self = .seconds(count * unit)
    }

    /// Seconds with at most three decimals, for logs.
    package var shortSeconds: String {
        let milliseconds = wholeMicroseconds / 1_000
        return milliseconds % 1_000 == 0 ? String(milliseconds / 1_000) : String(Double(milliseconds) / 1_000)
    }
}

extension Int64 {
    fileprivate init?(digits: Substring) {
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        self.init(digits)
    }
}
