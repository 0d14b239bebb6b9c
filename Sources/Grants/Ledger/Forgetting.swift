/// When to look for what may be forgotten: it means looking at everything, so once an hour has to do.
struct Forgetting: Sendable {
    private var earliest: Timestamp?

    init(_ untils: some Sequence<Timestamp> = EmptyCollection()) {
        earliest = untils.min()
    }

    mutating func note(_ until: Timestamp) {
        earliest = min(earliest ?? until, until)
    }

    func isDue(at now: Timestamp) -> Bool {
        earliest.map { $0 + .seconds(3_600) <= now } ?? false
    }
}
