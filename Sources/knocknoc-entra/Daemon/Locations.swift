import Grants

/// The machines of all configured locations; what their events lead to is told at once.
final class Locations {
    private(set) var machines: [String: LocationMachine] = [:]
    private let reporter: Reporter

    init(_ reporter: Reporter) {
        self.reporter = reporter
    }

    subscript(name: String) -> LocationMachine? { machines[name] }

    var all: [LocationMachine] { machines.values.sorted { $0.name < $1.name } }

    /// Those that are not frozen.
    var served: [LocationMachine] { machines.values.filter { !$0.isPaused } }

    var itemCount: Int { machines.values.reduce(0) { $0 + $1.items.count + $1.unrecorded.count } }

    /// Items left in `work/` until an operator has dealt with their location's ledger.
    var held: Int { machines.values.reduce(0) { $0 + ($1.isPaused ? $1.parked.numbers.count : 0) } }

    func add(_ machine: LocationMachine) {
        machines[machine.name] = machine
    }

    func handle(_ event: LocationEvent, _ name: String, at now: Moment) {
        guard let machine = machines[name] else { preconditionFailure("\(name) is a configured location") }
        reporter.tell(machine.handle(event, at: now), of: name, at: now)
    }
}
