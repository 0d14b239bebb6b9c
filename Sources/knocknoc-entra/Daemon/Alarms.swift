import Grants

/// Conditions that last: each is logged once when it begins and once when it ends.
final class Alarms {
    enum Kind: Hashable {
        case unwritable
        case spool
        case folder(String)
        case stuck
        case incoming
        case strays
        case status
        case overdue(String)
        case unexplained(String)
        case nearlyFull(String)
        case overfull(String)
        case refusedPins(String)
    }

    private let log: Log
    /// When each was last told, and what about.
    private var raised: [Kind: (at: ContinuousClock.Instant, about: String)] = [:]

    init(_ log: Log) {
        self.log = log
    }

    /// Logged where it is new or about something else, and again after each `interval`, if one is given.
    func raise(
        _ kind: Kind, _ level: LogLevel, _ event: String, _ fields: @autoclosure () -> KeyValuePairs<String, String?>,
        about: String = "", every interval: Duration? = nil, at now: Moment
    ) {
        if let told = raised[kind], told.about == about, interval.map({ told.at + $0 > now.monotonic }) ?? true {
            return
        }
        raised[kind] = (now.monotonic, about)
        log(level, event, fields())
    }

    /// Logged where it was raised, if ending has an event of its own.
    func clear(_ kind: Kind, _ event: String? = nil, _ fields: KeyValuePairs<String, String?> = [:]) {
        guard raised.removeValue(forKey: kind) != nil, let event else { return }
        log(.notice, event, fields)
    }

    /// What is raised of a location is what its plan says.
    func update(_ machine: LocationMachine, _ alarms: [LocationAlarm], trouble: Failure?, at now: Moment) {
        var present: Set<Kind> = []
        for alarm in alarms {
            let kind = Kind(alarm, machine.name)
            present.insert(kind)
            tell(alarm, as: kind, of: machine.name, trouble, at: now)
        }
        let name = machine.name
        if !present.contains(.overdue(name)) { clear(.overdue(name), "removals.sent", ["location": name]) }
        for kind in [Kind.unexplained(name), .nearlyFull(name), .overfull(name), .refusedPins(name)]
        where !present.contains(kind) {
            clear(kind)
        }
    }

    private func tell(_ alarm: LocationAlarm, as kind: Kind, of name: String, _ trouble: Failure?, at now: Moment) {
        switch alarm {
        case .overdue(let ranges, let since):
            raise(
                kind, .error, "removals.overdue",
                [
                    "location": name, "count": String(ranges.count), "since": since.description,
                    "address": ranges.shortList, "msg": trouble?.description,
                    "why":
                        "recorded here and still in Entra, where these addresses can sign in until it takes the list",
                ], every: .seconds(600), at: now)
        case .unexplained(let ranges):
            raise(
                kind, .error, "location.unexplained",
                [
                    "location": name, "address": ranges.shortList,
                    "why": "the next list would take these away, and nothing has ended them",
                    "consequence": "nothing is sent there; who has access keeps it, and revokes are recorded",
                    "do":
                        "was the ledger edited? Never put an old copy in its place; stop the service, move "
                        + "ledger/ledger.sqlite* aside and keep it for a report, start it, and decide with `adopt` for "
                        + "each location",
                ], at: now)
        case .refusedPins(let ranges):
            raise(
                kind, .error, "pins.refused",
                [
                    "location": name, "address": ranges.shortList,
                    "why": "Entra refuses every list with these; the list goes without them",
                    "do":
                        "correct namedLocations.\(name).pinnedRanges and reload, or give up what `adopt --pin` has kept",
                ], about: ranges.shortList, at: now)
        case .nearlyFull(let count):
            raise(
                kind, .warning, "location.nearly_full",
                ["location": name, "ranges": String(count), "limit": String(Ledger.limit)], at: now)
        case .overfull(let leases):
            raise(
                kind, .error, "location.overfull",
                [
                    "location": name, "users": leases.prefix(8).compactMap(\.user).joined(separator: ","),
                    "why": "pinned ranges or a removal left no room for the newest of what is granted",
                ], at: now)
        }
    }
}

extension Alarms.Kind {
    init(_ alarm: LocationAlarm, _ location: String) {
        self =
            switch alarm {
            case .overdue: .overdue(location)
            case .unexplained: .unexplained(location)
            case .nearlyFull: .nearlyFull(location)
            case .overfull: .overfull(location)
            case .refusedPins: .refusedPins(location)
            }
    }
}
