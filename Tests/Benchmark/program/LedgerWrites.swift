import Grants
import Spool

/// How long it takes to make fifty new leases durable, by what is there already.
enum LedgerWrites {
    private static let batch = 50
    private static let now = Timestamp(seconds: 1_795_000_000)

    static func run(_ arguments: [String]) throws {
        guard arguments.count == 4, let leases = Int(arguments[1]), let tombstones = Int(arguments[2]),
            let rounds = Int(arguments[3])
        else { return Result.usage() }
        _ = try SpoolInit.run(at: arguments[0])
        let store = try SpoolDirectory.open(at: arguments[0]).ledgers
        var ledger = Ledger(
            location: "benchmark", id: "aaaaaaaa-0000-4000-8000-000000000001", memory: .seconds(7 * 86_400))
        for number in 0..<leases { take(number, into: &ledger) }
        for number in 0..<tombstones {
            let removal = Removal(.user("gone\(number)@example.com", ranges: nil), order: order(number))
            _ = ledger.apply(removal, at: now)
        }
        try store.write([ledger.change(mayHaveSent: true)], at: now)
        ledger.wasRecorded()
        var times: [Double] = []
        let clock = ContinuousClock()
        for round in 0..<rounds {
            for number in 0..<batch { take(leases + round * batch + number, into: &ledger) }
            let begin = clock.now
            try store.write([ledger.change(mayHaveSent: true)], at: now)
            ledger.wasRecorded()
            times.append(begin.duration(to: clock.now) / .milliseconds(1))
        }
        times.sort()
        Result.print(["median_ms": times[times.count / 2], "worst_ms": times[times.count - 1]])
    }

    /// With a user and an address of its own, of which a location has at most 2,000.
    private static func take(_ number: Int, into ledger: inout Ledger) {
        let range = CIDR(family: .v4, address: UInt128(0x0800_0000 + number % 2_000), prefixLength: 32)
        let lease = Lease(
            user: "user\(number)@example.com", ranges: [range], order: order(number), expiresAt: now + .seconds(3_600))
        _ = ledger.take(lease, at: now)
    }

    private static func order(_ number: Int) -> Order {
        Order(
            issuedAt: now, name: ItemName(claiming: Array("request-\(number).json".utf8), arrived: now, random: 1))
    }
}
