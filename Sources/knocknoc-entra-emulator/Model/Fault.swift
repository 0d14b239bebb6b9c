/// Something to go wrong on order.
struct Fault: Sendable {
    /// Nil matches any kind.
    let kind: RequestKind?
    let locationID: String?
    var skip: Int
    /// Nil is for ever.
    var left: Int?
    /// As it was ordered.
    let name: String
    let action: FaultAction

    func matches(_ kind: RequestKind, locationID id: String?) -> Bool {
        (self.kind == nil || self.kind == kind) && (locationID == nil || locationID == id)
    }
}

extension Fault {
    init(_ json: JSON) throws(ControlError) {
        switch json["match"]?["kind"]?.text ?? "any" {
        case "any": kind = nil
        case let name:
            guard let named = RequestKind(rawValue: name) else { throw ControlError("no kind of request '\(name)'") }
            kind = named
        }
        locationID = json["match"]?["id"]?.text?.lowercased()
        skip = json["after"]?.whole ?? 0
        switch json["times"] {
        case nil: left = 1
        case .null?: left = nil
        case let times?:
            guard let times = times.whole, times > 0 else { throw ControlError("times is a number above 0, or null") }
            left = times
        }
        name = json["do"]?.text ?? ""
        action = try FaultAction(json)
    }

    var json: JSON {
        [
            "match": ["kind": .string(kind?.rawValue ?? "any"), "id": .optional(locationID)],
            "times": left.map { .whole($0) } ?? .null, "after": .whole(skip), "do": .string(name),
        ]
    }
}

/// The faults in the order they were added; the first that matches acts.
struct FaultQueue: Sendable {
    private(set) var faults: [Fault] = []

    mutating func add(_ fault: Fault) {
        faults.append(fault)
    }

    mutating func clear() {
        faults = []
    }

    mutating func next(_ kind: RequestKind, locationID: String?) -> Fault? {
        for index in faults.indices where faults[index].matches(kind, locationID: locationID) {
            guard faults[index].skip == 0 else {
                faults[index].skip -= 1
                continue
            }
            let fault = faults[index]
            if let left = faults[index].left {
                faults[index].left = left - 1
                if left == 1 { faults.remove(at: index) }
            }
            return fault
        }
        return nil
    }
}
