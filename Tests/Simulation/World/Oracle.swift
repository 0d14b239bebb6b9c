import Grants
import Linux

/// Knows only what was asked for and what Graph was seen to hold, and says what has to come of it.
final class Oracle {
    /// A request on its way through the spool.
    final class Item {
        let number: Int
        var request: SimulatedRequest {
            didSet { key = request.makeKey() }
        }
        private(set) var key: String
        var issuedAt: Timestamp
        let node: UInt64
        var text: [UInt8]
        /// When it came, or came back.
        var since: Duration
        /// The verdict that can be seen: `done`, or `failed/CODE`.
        var seen: String?
        /// The one it had before somebody moved it back.
        var former: String?
        /// A power cut has left the trace of its move beside it: its old verdict may hold.
        var mayBeBack = false
        /// What it asked for before somebody edited and moved it.
        var unedited: SimulatedRequest?

        /// Nobody has judged what it asks for since.
        func liesWhereItLay() {
            seen = former
            if let unedited { request = unedited }
        }

        /// The file system lost it in a power cut, against its own promise.
        var isLost = false
        /// An operator removed it.
        var isDiscarded = false

        init(
            number: Int, request: SimulatedRequest, issuedAt: Timestamp, node: UInt64, text: [UInt8], since: Duration
        ) {
            (self.number, self.request, self.issuedAt, self.node) = (number, request, issuedAt, node)
            (self.text, self.since, key) = (text, since, request.makeKey())
        }

        var name: String { "i\(number).json" }
        var endsAt: Timestamp { issuedAt + request.lasts }
        var startsAt: Timestamp? { request.startsAfter.map { issuedAt + $0 } }
        var isGrant: Bool { request.kind == .grant }
        /// Entra, or its own bytes, failed it: it has no part in the result, unless it removes something.
        var isOut: Bool {
            guard let seen else { return isDiscarded }
            return seen.hasPrefix("failed/") && !["failed/SPOOL004", "failed/SPOOL005"].contains(seen)
        }

        func precedes(_ other: Item) -> Bool {
            issuedAt == other.issuedAt ? name < other.name : issuedAt < other.issuedAt
        }

        /// Whether it takes a range from a grant.
        func takes(_ range: Range<Int>, of grant: Item) -> Bool {
            issuedAt >= grant.issuedAt && request.takes(range, of: grant.request)
        }
    }

    let disk: SimulatedDisk
    let graph: SimulatedGraph
    let clock: SimulatedClock
    let ids: [String: String]
    private(set) var items: [Int: Item] = [:]
    /// Of each location.
    private(set) var removals: [String: RequestIndex] = [:]
    private(set) var grants: [String: RequestIndex] = [:]
    /// Items ever dropped, verdicts ever seen.
    private(set) var counts = (dropped: 0, settled: 0)
    var violate: (String) -> Void = { _ in }
    var tell: (@autoclosure () -> String) -> Void = { _ in }

    init(_ disk: SimulatedDisk, _ graph: SimulatedGraph, _ clock: SimulatedClock, _ ids: [String: String]) {
        (self.disk, self.graph, self.clock, self.ids) = (disk, graph, clock, ids)
    }

    func add(_ item: Item) {
        items[item.number] = item
        counts.dropped += 1
        list(item)
    }

    private func list(_ item: Item) {
        switch item.request.kind {
        case .grant: grants[item.request.location, default: RequestIndex()].add(item.number, item.request)
        case .nonsense: break
        default: removals[item.request.location, default: RequestIndex()].add(item.number, item.request)
        }
    }

    /// An operator has moved it back, mended or not.
    func movedBack(_ number: Int, mended: (SimulatedRequest, Timestamp, [UInt8])? = nil) {
        guard let item = items[number] else { return }
        item.former = item.seen
        item.seen = nil
        item.since = clock.elapsed
        item.unedited = mended == nil ? nil : item.request
        if let mended { (item.request, item.issuedAt, item.text) = mended }
        if mended != nil { list(item) }
    }

    /// Whether an item has no verdict yet.
    var isWaiting: Bool { items.values.contains { $0.seen == nil && !$0.isDiscarded && !$0.isLost } }

    /// Its move was undone in the end.
    func holdsAgain(_ number: Int) {
        items[number]?.liesWhereItLay()
    }

    func discarded(_ number: Int) {
        items[number]?.isDiscarded = true
    }

    /// What was settled and is over need not be remembered any more.
    func forget(before moment: Timestamp) {
        for (number, item) in items where item.seen != nil && item.endsAt < moment { items[number] = nil }
        removals = removals.mapValues { $0.keeping { items[$0] != nil } }
        grants = grants.mapValues { $0.keeping { items[$0] != nil } }
    }

    /// The number in a name, as the worker may have changed it; nil for a note, or anything else.
    static func number(in name: [UInt8]) -> Int? {
        let tail = name.lastIndex(of: UInt8(ascii: "~")).map { name[($0 + 1)...] } ?? name[...]
        guard tail.first == UInt8(ascii: "i") else { return nil }
        let digits = tail.dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let rest = tail.dropFirst(1 + digits.count)
        let isNote = rest.suffix(4).elementsEqual(".why".utf8)
        guard rest.starts(with: ".json".utf8), !isNote else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// The grants that a removal may take something from; the removals that may take something from a grant.
    func meeting(_ item: Item) -> [Item] {
        let index = item.isGrant ? removals[item.request.location] : grants[item.request.location]
        return (index?.numbers(meeting: item.request) ?? []).compactMap { items[$0] }
    }

    func isTaken(_ range: Range<Int>, of grant: Item) -> Bool {
        meeting(grant).contains { $0.takes(range, of: grant) }
    }

    private static let settled = Set(["done", "failed"].map(Name.init))
    private static let waiting = Set(["incoming", "work"].map(Name.init))

    /// Nil outside `done/` and `failed/`.
    private func verdict(of folder: Inode) -> String? {
        guard let place = folder.places.first, let top = disk.nodes[place.folder]?.places.first?.name,
            Self.settled.contains(top)
        else { return nil }
        return top.text == "done" ? "done" : "failed/\(place.name.text)"
    }

    /// The worker has renamed something.
    func moved(_ node: Inode, _ folder: Inode, _ name: Name) {
        guard let number = Self.number(in: name.bytes), let item = items[number] else { return }
        guard let verdict = verdict(of: folder) else { return tell("i\(number) is claimed") }
        tell("i\(number) is in \(verdict)")
        if let seen = item.seen, seen != verdict { violate("i\(number) was seen in \(seen) and is now in \(verdict)") }
        if item.seen == nil {
            counts.settled += 1
            check(item, verdict)
        }
        item.seen = verdict
    }

    /// A power cut may have undone what an operator did and did not sync.
    func powerWasCut() {
        for item in items.values where item.seen == nil || item.node == disk.lost {
            let found = places(of: item)
            if item.node == disk.lost, found.isEmpty {
                tell("i\(item.number) is lost")
                item.isLost = true
            }
            guard let former = item.former, item.seen == nil else { continue }
            if found == [former] { item.liesWhereItLay() }
            item.mayBeBack = found.contains(former)
        }
    }

    /// Where an item's file can be seen.
    func places(of item: Item) -> [String] {
        (disk.nodes[item.node]?.places ?? []).compactMap { place in
            guard Self.number(in: place.name.bytes) == item.number, let folder = disk.nodes[place.folder] else {
                return nil
            }
            if let verdict = verdict(of: folder) { return verdict }
            let name = folder.places.first?.name
            return name.flatMap { Self.waiting.contains($0) ? $0.text : nil }
        }
    }

    func checkDescriptors(_ process: DiskSession) {
        if !process.handles.isEmpty { violate("\(process.handles.count) descriptors are open after the end") }
    }
}
