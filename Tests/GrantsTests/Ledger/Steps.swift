import Grants
import Kit
import Testing

/// The steps by which the worker takes requests through a ledger, without files and without a network.
struct Steps {
    var ledger = emptyLedger()
    /// What the disk holds.
    private var recorded: Ledger?
    private var waiting: [HistoryItem] = []
    private var refused: [HistoryItem] = []
    private var sent: (list: [CIDR], items: [HistoryItem])?
    private(set) var graph: [CIDR] = [sentinel]
    /// By item: whether it settled well.
    private(set) var settled: [ItemName: Bool] = [:]
    /// Given up while Graph could not be reached; the requests that follow know nothing of them.
    private(set) var givenUp: Set<ItemName> = []
    /// What a list took away without a cause.
    private(set) var unexplained: [CIDR] = []
    var now: Timestamp

    init(now: Timestamp) {
        self.now = now
    }

    var isIdle: Bool { waiting.isEmpty && refused.isEmpty && sent == nil }

    mutating func judge(_ item: HistoryItem) {
        givenUp.remove(item.order.name)
        switch item.content {
        case .grant(let lease):
            if ledger.refusal(of: lease, at: now) != nil { refused.append(item) } else { waiting.append(item) }
        case .removal(let removal):
            let effect = ledger.apply(removal, at: now)
            let hasEnded = effect.endedSomething || grantsWaiting.contains(where: removal.ends)
            refuseWaiting()
            if hasEnded { ledger.noteEndedSomething(removal, at: now) }
            if effect.metNewer && !hasEnded { refused.append(item) } else { waiting.append(item) }
            recorded = ledger
        }
    }

    mutating func expire() {
        if !ledger.expire(at: now).isEmpty { recorded = ledger }
        refuseWaiting()
        ledger.forget(before: now)
    }

    mutating func settleRefused() {
        guard sent == nil, !refused.isEmpty else { return }
        for item in refused {
            if case .grant(let lease) = item.content { ledger.remember(refused: lease, at: now) }
            settled[item.order.name] = false
        }
        refused = []
        recorded = ledger
    }

    mutating func send() {
        guard sent == nil else { return }
        let list = ledger.list(at: now, adding: grantsWaiting)
        // A newer grant of the same key is on its way in, or the end has come and was not noted yet.
        let passing =
            grantsWaiting.compactMap { ledger.leases[$0.key] } + ledger.leases.values.filter { !$0.isActive(at: now) }
        unexplained +=
            ledger.leaving(
                for: list, besides: passing.flatMap { $0.ranges.map { ($0, Departures.Cause.replaced) } }
            ).unexplained
        ledger.willSend()
        sent = (list, waiting)
    }

    mutating func reply(success: Bool) {
        guard let (list, items) = sent else { return }
        sent = nil
        guard success else { return }
        graph = list
        ledger.confirm(list, kept: [sentinel])
        let names = Set(items.map(\.order.name))
        waiting.removeAll { names.contains($0.order.name) }
        for item in items { settle(item) }
        recorded = ledger
    }

    /// Graph holds what is wanted already.
    mutating func settleWithoutRequest() {
        guard sent == nil, graph == ledger.list(at: now, adding: grantsWaiting) else { return }
        for item in waiting { settle(item) }
        waiting = []
        recorded = ledger
    }

    mutating func giveUp(_ index: Int) {
        guard sent == nil, waiting.indices.contains(index) else { return }
        let item = waiting.remove(at: index)
        givenUp.insert(item.order.name)
        if case .grant(let lease) = item.content { ledger.depart(lease.ranges, .refused, since: now) }
        recorded = ledger
    }

    /// Memory is lost; what has no verdict is judged again.
    mutating func restart(shuffledBy random: inout SeededRandom) throws {
        let again = (waiting + refused).shuffled(using: &random)
        (waiting, refused, sent) = ([], [], nil)
        ledger = try (recorded ?? emptyLedger()).reread()
        for item in again { judge(item) }
    }

    private var grantsWaiting: [Lease] {
        waiting.compactMap { if case .grant(let lease) = $0.content { lease } else { nil } }
    }

    private mutating func settle(_ item: HistoryItem) {
        guard case .grant(let lease) = item.content else {
            settled[item.order.name] = true
            return
        }
        let effect = ledger.take(lease, at: now)
        if effect == .refused { ledger.remember(refused: lease, at: now) }
        settled[item.order.name] = effect != .refused
    }

    /// What a request carries at the moment is judged at its end.
    private mutating func refuseWaiting() {
        let carried = Set((sent?.items ?? []).map(\.order.name))
        var kept: [HistoryItem] = []
        for item in waiting {
            if case .grant(let lease) = item.content, !carried.contains(item.order.name),
                ledger.refusal(of: lease, at: now) != nil
            {
                refused.append(item)
            } else {
                kept.append(item)
            }
        }
        waiting = kept
    }
}
