import Grants
import Linux
import Spool

/// The machines of all configured locations; what their events lead to is told at once.
final class Locations {
    private(set) var machines: [String: LocationMachine] = [:]
    private let reporter: Reporter
    private var forgottenLookAt: ContinuousClock.Instant?

    init(_ reporter: Reporter) {
        self.reporter = reporter
    }

    subscript(name: String) -> LocationMachine? { machines[name] }

    var all: [LocationMachine] { machines.values.sorted { $0.name < $1.name } }

    /// Those that left the configuration.
    var draining: [LocationMachine] { machines.values.filter(\.isDraining) }

    /// Those that are not frozen.
    var served: [LocationMachine] { machines.values.filter { !$0.isPaused } }

    var itemCount: Int { machines.values.reduce(0) { $0 + $1.items.count + $1.unrecorded.count } }

    /// Items left in `work/` until an operator has dealt with their location's ledger.
    var held: Int { machines.values.reduce(0) { $0 + ($1.isPaused ? $1.parked.numbers.count : 0) } }

    func add(_ machine: LocationMachine) {
        machines[machine.name] = machine
    }

    /// What drains and has nobody left, what Entra does not know any more, and what an operator had forgotten.
    ///
    /// True where some have gone.
    func dropEmptied(_ storage: Storage, at now: Moment) throws(SystemError) -> Bool {
        guard !draining.isEmpty else { return false }
        var hasDropped = false
        let isLookDue = forgottenLookAt.map { $0 <= now.monotonic } ?? true
        let known = isLookDue ? try? Set(storage.ledgers.locations().map(\.id)) : nil
        if isLookDue { forgottenLookAt = now.monotonic + .seconds(5) }
        for machine in draining {
            let isForgotten = known.map { !$0.contains(machine.ledger.id) } ?? false
            let isGone = machine.standing.trouble?.error.code == .entra052
            guard isForgotten || isGone || machine.isEmptied(at: now) else { continue }
            // Whoever waits there for a verdict gets it first.
            guard machine.items.isEmpty, machine.unrecorded.isEmpty else { continue }
            if !isForgotten, try !storage.drop(machine.ledger.id, machine.name, at: now) { continue }
            machines[machine.name] = nil
            hasDropped = true
            reporter.log(
                .notice, "location.drained",
                [
                    "location": machine.name, "id": machine.ledger.id, "leases": String(machine.ledger.leases.count),
                    "why": isForgotten
                        ? "forgotten by hand" : isGone ? "Entra has no such named location" : "nobody is left in it",
                ])
        }
        return hasDropped
    }

    /// Where a removal ends something; others of the same name only hear of it.
    func place(of removal: Removal, named name: String, at now: Moment) -> String {
        let former = draining.filter { $0.name != name && $0.ledger.location == name }
        guard !former.isEmpty, let machine = machines[name] else { return name }
        let place =
            machine.ledger.leases(metBy: removal).isEmpty
            ? former.first { !$0.ledger.leases(metBy: removal).isEmpty }?.name ?? name : name
        for other in former + [machine] where other.name != place { handle(.removalSeen(removal), other.name, at: now) }
        return place
    }

    func handle(_ event: LocationEvent, _ name: String, at now: Moment) {
        guard let machine = machines[name] else { preconditionFailure("\(name) is a configured location") }
        reporter.tell(machine.handle(event, at: now), of: name, at: now)
    }
}
