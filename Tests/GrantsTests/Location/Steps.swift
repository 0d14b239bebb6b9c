import Kit
import Testing

@testable import Grants

/// One machine beside a disk and a Graph of a few lines: what a worker does with it, step by step.
struct Steps {
    private var machine: LocationMachine
    /// What the disk holds.
    private var recorded: Ledger?
    private(set) var graph: [CIDR] = [sentinel]
    /// By item: whether it succeeded.
    private(set) var settled: [ItemName: Bool] = [:]
    /// Given up while Graph could not be reached; the requests that follow know nothing of them.
    private(set) var givenUp: Set<ItemName> = []
    /// What a list took away without a cause.
    private(set) var unexplained: [CIDR] = []
    /// Plans that changed before their time although nothing happened.
    private(set) var unstable: [String] = []
    var now: Timestamp
    private let start: Moment
    private var claims: UInt64 = 0

    init(now: Timestamp) {
        self.now = now
        start = Moment(wall: now, monotonic: .now)
        machine = Self.machine(emptyLedger(), start)
        read()
    }

    var ledger: Ledger { machine.ledger }

    var isIdle: Bool { machine.items.isEmpty && machine.underWay == nil }

    private var moment: Moment { moment(at: now) }

    private func moment(at time: Timestamp) -> Moment {
        Moment(wall: time, monotonic: start.monotonic + (time - start.wall))
    }

    private static func machine(_ ledger: Ledger, _ now: Moment) -> LocationMachine {
        let policy = LocationPolicy(name: "office", id: ledger.id, maxGrantDuration: .seconds(86_400))
        return LocationMachine(
            LocationSettings(policy: policy, sentinelRange: sentinel), ledger,
            DriftWatch(interval: week, at: now.monotonic), retry: RetrySettings(), linger: .zero)
    }

    /// Before the first write of a life.
    private mutating func read() {
        handle(.sent(.read))
        handle(.answered(.read([], nil), jitter: 0))
    }

    mutating func judge(_ item: HistoryItem) {
        givenUp.remove(item.order.name)
        claims += 1
        let claim = ClaimName(item: item.order.name, number: claims)
        let request = GrantRequest(item)
        handle(
            .admitted(
                Item(claim, request, owner: 0, isRetry: false, claimedAt: moment.monotonic, shutTimeBefore: .zero),
                mayWait: false))
        record()
    }

    mutating func expire() {
        handle(.timePassed)
        record()
    }

    /// Verdicts that need no request; `trouble` fails what waits.
    mutating func settle(giving trouble: Failure? = nil) {
        handle(.decided(plan(trouble).decisions))
        let outcomes = machine.unrecorded
        record()
        handle(.settled(outcomes.map(\.claim)))
        for outcome in outcomes {
            if let trouble, outcome.failure == trouble {
                givenUp.insert(outcome.claim.item)
            } else {
                settled[outcome.claim.item] = outcome.verdict == .done
            }
        }
    }

    mutating func send() {
        guard machine.underWay == nil else { return }
        record()
        let request = machine.nextWrite(at: now, mayAdd: true)
        guard case .write(let list, _, _) = request else { return }
        unexplained += machine.leaving(with: list, at: now).unexplained
        handle(.sent(request))
    }

    mutating func reply(success: Bool) {
        guard case .write(let list, _, _) = machine.underWay else { return }
        guard success else {
            let failure = Failure(.entra004, "no answer")
            return handle(
                .answered(
                    .failed(LocationFailure(failure, scope: .endpoint, isAmbiguous: true, wait: nil)), jitter: 0))
        }
        graph = list
        handle(.answered(.taken(Receipt(batch: 1, status: 204, graphRequestId: nil)), jitter: 0))
        settle()
    }

    /// Everything that has met a failure is given up.
    mutating func giveUp() {
        settle(giving: Failure(.entra004, "it took too long", remedy: .fail))
    }

    /// Memory is lost; what has no verdict is judged again.
    mutating func restart(shuffledBy random: inout SeededRandom) throws {
        let again = machine.items.all.shuffled(using: &random)
        machine = Self.machine(recorded ?? emptyLedger(), moment)
        read()
        for item in again { handle(.admitted(item.asNew, mayWait: false)) }
        record()
    }

    /// A plan holds until the time that it says itself.
    mutating func checkPlan(using random: inout SeededRandom) {
        handle(.writeConsidered(mayAdd: true))
        let (instant, story) = (moment.monotonic, plan().story)
        let rest = machine.plan(at: moment, under: conditions(nil)).wakeAt.map { $0 - instant } ?? .seconds(1_000)
        let later = now + rest * Double.random(in: 0..<0.999, using: &random)
        let then = machine.plan(at: moment(at: later), under: conditions(nil)).story
        if then != story { unstable.append("\(story) became \(then) after \(later - now) of \(rest)") }
    }

    private mutating func record() {
        guard let batch = plan().toRecord else { return }
        handle(.recorded(batch))
        recorded = machine.ledger.reread()
        if batch.change.mayHaveSent { recorded?.confirmation = .unconfirmed }
    }

    private func plan(_ trouble: Failure? = nil) -> Plan {
        machine.plan(at: moment, under: conditions(trouble))
    }

    private func conditions(_ trouble: Failure?) -> Conditions {
        Conditions(mayAdd: true, trouble: trouble, shutTime: .zero, shutRest: .zero)
    }

    private func handle(_ event: LocationEvent) {
        _ = machine.handle(event, at: moment)
    }
}

extension Plan {
    /// All that it asks for, without times that only pass on when it was asked.
    fileprivate var story: String {
        let verdicts = decisions.map { "\($0.claim) \($0.ending)" }
        return "\(toRecord != nil) \(verdicts) \(String(describing: request)) \(givesUpLook) \(alarms)"
    }
}

extension Item {
    /// As the next life reads it.
    fileprivate var asNew: Item {
        Item(claim, request, owner: owner, isRetry: true, claimedAt: claimedAt, shutTimeBefore: shutTimeBefore)
    }
}

extension GrantRequest {
    fileprivate init(_ item: HistoryItem) {
        let issuedAt = item.order.issuedAt
        switch item.content {
        case .grant(let lease):
            self.init(
                action: .grant(Grant(ranges: lease.ranges, startsAt: lease.startsAt, expiresAt: lease.expiresAt)),
                location: "office", user: lease.user, grantId: lease.grantId, issuedAt: issuedAt)
        case .removal(let removal):
            self.init(action: Action(removal.scope), location: "office", issuedAt: issuedAt)
        }
    }
}

extension GrantRequest.Action {
    fileprivate init(_ scope: Removal.Scope) {
        self =
            switch scope {
            case .everything: .flush
            case .grantId(let id): .revoke(.grantId(id))
            case .user(let user, let ranges): .revoke(.user(user, ranges: ranges))
            case .addresses(let ranges): .revoke(.addresses(ranges))
            }
    }
}
