import FoundationEssentials
import Grants

/// What a measurement prints: one JSON object.
enum Result {
    static func print(_ fields: KeyValuePairs<String, Double>) {
        let members = fields.map { "\"\($0.key)\": \($0.value)" }
        Swift.print("{\(members.joined(separator: ", "))}")
    }

    static func usage() {
        Swift.print(
            "usage: knocknoc-entra-benchmark token-checks FOLDER SECONDS | spool-path SPOOL BATCH"
                + " | ledger-writes SPOOL LEASES TOMBSTONES ROUNDS")
    }

    /// Runs a step over and over for a time; how often it ran in a second.
    static func rate(seconds: Double, _ step: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        let begin = clock.now
        var count = 0
        while true {
            for _ in 0..<100 { try step() }
            count += 100
            let elapsed = begin.duration(to: clock.now) / .seconds(1)
            if elapsed >= seconds { return Double(count) / elapsed }
        }
    }
}

/// A measurement that could not be made as described.
struct Unmeasured: Error, CustomStringConvertible {
    let description: String
}
