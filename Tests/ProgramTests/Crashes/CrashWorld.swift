import Grants
import Kit

/// All that outlives the worker's process, and what has yet to happen: a crash is a copy of it at some step.
struct CrashWorld {
    enum Event {
        case drop(Int)
        /// The operator moves this failed item back, or any.
        case retry(Int?)
        case clock(Duration)
        /// Graph answers the next so many writes with 503 and does not carry them out.
        case refusals(Int)
        /// The next so many writes end without an answer; each lands within 50 s, or never.
        case losses(Int)
        case orderlyStop
        /// No ledger can be written from now on, or again.
        case room(Bool)
        /// Graph answers nothing from now on, or again.
        case silence(Bool)
        /// Nothing else happens until all that was dropped has its verdict.
        case settled
        /// Nothing else happens until a write is under way.
        case sent
    }

    let items: [CrashItem]
    var disk = CrashDisk()
    var events: [Event] = []
    /// What Graph holds.
    var held: Set<String> = [CrashItem.sentinel]
    /// Lists that may still land.
    var late: [(list: Set<String>, until: Duration)] = []
    /// Since the beginning, on both clocks.
    var elapsed = Duration.zero
    var refusals = 0
    var losses = 0
    var hasRoom = true
    /// The verdicts that can be seen, and for an item moved back the one it had.
    var seen: [Int: String] = [:]
    var former: [Int: String] = [:]
    /// Moved back, and no verdict seen since.
    var retried: Set<Int> = []
    /// A ledger was written with a verdict of their present claim.
    var judged: Set<Int> = []
    /// By the file system; no worker could bring them back.
    var lost: Set<Int> = []
    var isSilent = false
    /// How often `settled` and `sent` may still let something else go first.
    var patience = 3_000
    var random: SeededRandom
    /// What went on, for the report of a violation.
    var story: [String] = []

    mutating func tell(_ line: @autoclosure () -> String) {
        story.append(line())
    }
}

/// A request of the scenario: `i3.json` is the third.
struct CrashItem {
    enum Kind {
        case grant(key: String, user: String, addresses: Set<String>, ends: Duration)
        case removal(key: String?, user: String?, addresses: Set<String>?)
        case nonsense
    }

    static let sentinel = "192.0.2.0/32"

    let number: Int
    let kind: Kind
    let issuedAt: Timestamp
    let begin: Timestamp

    var name: String { "i\(number).json" }

    var text: String {
        let time = #""location":"office","issuedAt":"\#(issuedAt)""#
        func list(_ addresses: Set<String>) -> String { addresses.sorted().map { #""\#($0)""# }.joined(separator: ",") }
        switch kind {
        case .grant(let key, let user, let addresses, let ends):
            return
                #"{"action":"grant","grantId":"\#(key)","user":"\#(user)","addresses":[\#(list(addresses))],"expiresAt":"\#(begin + ends)",\#(time)}"#
        case .removal(nil, nil, nil):
            return #"{"action":"flush",\#(time)}"#
        case .removal(let key, let user, let addresses):
            let scope = [
                key.map { #""grantId":"\#($0)""# }, user.map { #""user":"\#($0)""# },
                addresses.map { #""addresses":[\#(list($0))]"# },
            ].compactMap(\.self).joined(separator: ",")
            return #"{"action":"revoke",\#(scope),\#(time)}"#
        case .nonsense: return "nonsense \(number)"
        }
    }

    /// What the bytes alone decide needs no ledger.
    var isNonsense: Bool {
        if case .nonsense = kind { true } else { false }
    }

    /// The number in a name or a path, as the worker may have changed it; nil for a note.
    static func number(in path: String) -> Int? {
        let name = path.split(separator: "/").last ?? ""
        let producerName = name.split(separator: "~").last ?? ""
        let digits = producerName.dropFirst().prefix { $0 != "." }
        guard producerName.first == "i", producerName.dropFirst(1 + digits.count).hasPrefix(".json") else { return nil }
        return name.hasSuffix(".why") ? nil : Int(digits)
    }
}

extension SeededRandom {
    /// Spreads seeds that follow each other.
    init(_ seed: Int) {
        self.init(seed: UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15)
    }

    mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &self) < probability
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &self)]
    }
}

extension CrashWorld {
    /// Few keys, users and addresses, so that requests meet each other.
    init(seed: Int, begin: Timestamp) {
        var random = SeededRandom(seed)
        var items: [CrashItem] = []
        for number in 0..<Int.random(in: 3...6, using: &random) {
            let addresses = (1...3).map { "203.0.113.\($0)/32" }
            let some = Set(addresses.shuffled(using: &random).prefix(random.chance(0.3) ? 2 : 1))
            let user = random.pick(["alice", "bob"])
            let kind: CrashItem.Kind =
                switch Int.random(in: 0..<20, using: &random) {
                case 0..<11:
                    .grant(
                        key: "\(user)-\(random.pick(["k", "l"]))", user: user, addresses: some,
                        ends: random.chance(0.4) ? .seconds(1_000) : .seconds(40_000))
                case 11..<14: .removal(key: "\(user)-k", user: nil, addresses: nil)
                case 14..<16: .removal(key: nil, user: nil, addresses: some)
                case 16..<18: .removal(key: nil, user: user, addresses: random.chance(0.5) ? some : nil)
                case 18: .removal(key: nil, user: nil, addresses: nil)
                default: .nonsense
                }
            // Ties come, too; arrival has nothing to do with it.
            let issuedAt = begin - .seconds(Int.random(in: 1...8, using: &random))
            items.append(CrashItem(number: number, kind: kind, issuedAt: issuedAt, begin: begin))
        }
        var events = items.map { Event.drop($0.number) }
        func mix(_ event: Event, _ probability: Double) {
            if random.chance(probability) { events.insert(event, at: Int.random(in: 0...events.count, using: &random)) }
        }
        mix(.clock(.seconds(1_000)), 0.5)
        mix(.refusals(Int.random(in: 1...12, using: &random)), 0.5)
        mix(.losses(Int.random(in: 1...2, using: &random)), 0.5)
        mix(.orderlyStop, 0.3)
        if random.chance(0.2) {
            mix(.room(false), 1)
            events.append(.room(true))
        }
        for _ in 0..<3 { mix(.retry(nil), 0.5) }
        events.append(.retry(nil))
        self.init(items: items, events: events, random: random)
    }

    init(_ theme: CrashTheme, seed: Int, begin: Timestamp) {
        var random = SeededRandom(seed)
        let (items, events) = theme.scenario(&random, begin: begin)
        self.init(items: items, events: events, random: random)
    }
}
