import Grants
import Kit

/// Scenarios that chance seldom makes: each the shortest way to a mistake that only some crash brings to light.
enum CrashTheme: CaseIterable {
    /// Entra fails a request with one code and, retried, with another: the first name must not come back.
    case retriedElsewhere
    /// The newer grant of a key is refused, by time or by a revoke; the older one arrives after it.
    case refusedNewer
    /// A revoke meets a grant whose list is under way; an older grant of its key arrives after it.
    case overtakenNewer
    /// Retried after a restart, while the ledger still holds the former verdict.
    case retriedAfterRestart
    /// A restart after an orderly stop, and a crash in that life, whose grant is over at the next start.
    case crashAfterOrderlyStop

    func scenario(_ random: inout SeededRandom, begin: Timestamp) -> (items: [CrashItem], events: [CrashWorld.Event]) {
        let addresses = (1...3).map { "203.0.113.\($0)/32" }.shuffled(using: &random)
        let keys = ["alice-k", "alice-l"].shuffled(using: &random)
        var items: [CrashItem] = []
        func add(_ kind: CrashItem.Kind, secondsAgo: Int) {
            items.append(
                CrashItem(number: items.count, kind: kind, issuedAt: begin - .seconds(secondsAgo), begin: begin))
        }
        func grant(_ key: Int, _ address: Int, isShort: Bool = false, secondsAgo: Int) {
            let ends = Duration.seconds(isShort ? 1_000 : 40_000)
            add(
                .grant(key: keys[key], user: "alice", addresses: [addresses[address]], ends: ends),
                secondsAgo: secondsAgo)
        }
        switch self {
        case .retriedElsewhere:
            grant(0, 0, secondsAgo: 5)
            grant(1, 1, secondsAgo: 4)
            grant(1, 2, secondsAgo: 3)
            return (
                items,
                [
                    .refusals(25), .drop(0), .settled, .refusals(0), .losses(25), .drop(1), .settled, .retry(0),
                    .settled, .losses(0), .refusals(25), .retry(1), .settled, .refusals(0), .drop(2), .settled,
                ]
            )
        case .refusedNewer:
            grant(0, 0, isShort: true, secondsAgo: 3)
            grant(0, 1, secondsAgo: 5)
            guard random.chance(0.5) else { return (items, [.clock(.seconds(1_000)), .drop(0), .settled, .drop(1)]) }
            add(.removal(key: nil, user: nil, addresses: [addresses[0]]), secondsAgo: 1)
            return (items, [.drop(2), .settled, .drop(0), .settled, .drop(1)])
        case .overtakenNewer:
            grant(0, 0, secondsAgo: 3)
            grant(0, 1, secondsAgo: 5)
            add(.removal(key: nil, user: "alice", addresses: [addresses[0]]), secondsAgo: 1)
            return (items, [.silence(true), .drop(0), .sent, .drop(2), .sent, .silence(false), .settled, .drop(1)])
        case .retriedAfterRestart:
            grant(0, 0, secondsAgo: 3)
            return (items, [.refusals(40), .drop(0), .settled, .orderlyStop, .refusals(0), .retry(0), .settled])
        case .crashAfterOrderlyStop:
            grant(0, 0, secondsAgo: 5)
            grant(1, 1, isShort: true, secondsAgo: 4)
            return (items, [.drop(0), .settled, .orderlyStop, .drop(1), .settled, .clock(.seconds(1_000))])
        }
    }
}
