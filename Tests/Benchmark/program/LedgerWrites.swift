import Grants
import Spool

/// How long it takes to make a ledger durable, by its size.
enum LedgerWrites {
    static func run(_ arguments: [String]) throws {
        guard arguments.count == 3, let count = Int(arguments[1]), let rounds = Int(arguments[2]) else {
            return Result.usage()
        }
        let store = try LedgerStore(spool: arguments[0])
        let ledger = ledger(of: count)
        var times: [Double] = []
        let clock = ContinuousClock()
        for _ in 0..<rounds {
            let begin = clock.now
            try store.write([ledger])
            times.append(begin.duration(to: clock.now) / .milliseconds(1))
        }
        times.sort()
        Result.print(["median_ms": times[times.count / 2], "leases": Double(count)])
    }

    /// Each lease with a user and an address of its own, of which a location has at most 2,000.
    private static func ledger(of count: Int) -> Ledger {
        let now = Timestamp(seconds: 1_795_000_000)
        var ledger = Ledger(
            location: "benchmark", id: "aaaaaaaa-0000-4000-8000-000000000001", memory: .seconds(7 * 86_400))
        for number in 0..<count {
            let range = CIDR(family: .v4, address: UInt128(0x0800_0000 + number % 2_000), prefixLength: 32)
            let name = ItemName(claiming: Array("grant-\(number).json".utf8), arrived: now, random: 1)
            _ = ledger.take(
                Lease(
                    user: "user\(number)@example.com", ranges: [range], order: Order(issuedAt: now, name: name),
                    expiresAt: now + .seconds(3_600)), at: now)
        }
        return ledger
    }
}
