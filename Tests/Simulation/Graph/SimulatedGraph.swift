import Entra
import Grants
import Kit

/// Named locations and the token endpoint in memory: what they hold, what is on its way to them, what goes wrong.
final class SimulatedGraph {
    struct Location {
        var ranges: [String]
        /// What was there before the last write.
        var former: [String]
        /// The last write came late, twice, or from somebody else.
        var isDisturbed = false
        /// The addresses of a story that are there.
        var held: Set<Int> = []
        /// Until when each other address was there.
        var leftAt: [Int: Duration] = [:]
        /// Lists that Graph has taken, and when.
        var writes = 0
    }

    struct Landing {
        let at: Duration
        let id: String
        let ranges: [String]
        let isLate: Bool
    }

    let clock: SimulatedClock
    private(set) var locations: [String: Location] = [:]
    private(set) var landings: [Landing] = []
    var faults: [GraphFault] = []
    /// How much later the list lands that was under way at a death.
    var delayAtDeath = Duration.zero
    /// When a request met the last fault.
    var lastFault: Duration?
    /// Graph takes no list that has this.
    var refused: String?
    private var tokens: [String: Duration] = [:]
    private var lastToken = 0
    /// Requests of each kind.
    private(set) var asked: [GraphFault.Target: Int] = [:]
    var tell: (@autoclosure () -> String) -> Void = { _ in }
    var violate: (String) -> Void = { _ in }

    init(_ clock: SimulatedClock, _ ids: [String], sentinel: String) {
        self.clock = clock
        for id in ids { locations[id] = Location(ranges: [sentinel], former: [sentinel]) }
    }

    /// When a request that is on its way is carried out.
    var nextLanding: Duration? { landings.map(\.at).min() }

    func land(upTo now: Duration) {
        for landing in landings.filter({ $0.at <= now }).sorted(by: { $0.at < $1.at }) {
            put(landing.ranges, into: landing.id, isOrderly: !landing.isLate, at: landing.at)
            if landing.isLate { tell("late PATCH of \(landing.ranges) lands") }
        }
        landings.removeAll { $0.at <= now }
    }

    /// Somebody else writes the list.
    func edit(_ id: String, _ change: ([String]) -> [String]) {
        let ranges = change(locations[id]?.ranges ?? [])
        put(ranges, into: id, isOrderly: false, at: clock.elapsed)
    }

    func revokeTokens() {
        tokens = [:]
        lastFault = clock.elapsed
    }

    func countRequest(_ kind: GraphFault.Target) { asked[kind, default: 0] += 1 }

    /// The fault that a request meets.
    func fault(for kind: GraphFault.Target) -> GraphFault.Action? {
        guard let index = faults.firstIndex(where: { $0.target.matches(kind) }) else { return nil }
        let action = faults[index].action
        faults[index].times -= 1
        lastFault = clock.elapsed
        if faults[index].times <= 0 { faults.remove(at: index) }
        return action
    }

    func makeToken(lifetime: Duration) -> String {
        lastToken += 1
        tokens["token-\(lastToken)"] = clock.elapsed + lifetime
        return "token-\(lastToken)"
    }

    func takes(_ token: String?) -> Bool {
        token.flatMap { tokens[$0] }.map { $0 > clock.elapsed } ?? false
    }

    func schedule(_ ranges: [String], for id: String, at moment: Duration, isLate: Bool) {
        landings.append(Landing(at: moment, id: id, ranges: ranges, isLate: isLate))
    }

    /// What is under way takes longer.
    func delayLandings(by delay: Duration) {
        guard delay > .zero else { return }
        landings = landings.map { Landing(at: $0.at + delay, id: $0.id, ranges: $0.ranges, isLate: true) }
    }

    func put(_ ranges: [String], into id: String, isOrderly: Bool, at moment: Duration) {
        guard var location = locations[id] else { return }
        location.former = location.ranges
        let held = SimulatedRequest.addresses(of: ranges)
        for address in location.held where !held.contains(address) { location.leftAt[address] = moment }
        for address in held { location.leftAt[address] = nil }
        (location.ranges, location.held) = (ranges, held)
        location.isDisturbed = !isOrderly && (location.isDisturbed || ranges != location.former)
        location.writes += 1
        locations[id] = location
    }
}
