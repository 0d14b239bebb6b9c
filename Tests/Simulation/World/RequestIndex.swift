/// The requests of a location by what they are about, so that nobody looks through all of them.
struct RequestIndex {
    enum Trait: Hashable {
        case key(String)
        case user(String)
        case id(String)
        case address(Int)
        case everything
    }

    private var numbers: [Trait: [Int]] = [:]

    /// All grants.
    var all: [Int] { numbers[.everything] ?? [] }

    func numbers(of trait: Trait) -> [Int] { numbers[trait] ?? [] }

    /// Those that share a trait with a request; some of them may turn out to have nothing to do with it.
    func numbers(meeting request: SimulatedRequest) -> [Int] {
        let traits = request.traits
        return traits.count == 1 ? numbers(of: traits[0]) : traits.flatMap(numbers)
    }

    mutating func add(_ number: Int, _ request: SimulatedRequest) {
        for trait in request.traits { numbers[trait, default: []].append(number) }
    }

    func keeping(_ isKept: (Int) -> Bool) -> RequestIndex {
        var index = RequestIndex()
        index.numbers = numbers.compactMapValues { numbers in
            let kept = numbers.filter(isKept)
            return kept.isEmpty ? nil : kept
        }
        return index
    }
}

extension SimulatedRequest {
    /// A removal can take something only from a grant that shares one of its own.
    fileprivate var traits: [RequestIndex.Trait] {
        switch kind {
        case .nonsense: []
        case .flush: [.everything]
        case .revokeId: grantId.map { [.id($0)] } ?? []
        case .revokeUser, .revokeUsersAddresses: user.map { [.user($0.lowercased())] } ?? []
        case .revokeAddresses: addresses.map { .address($0) }
        case .grant:
            [.everything, .key(makeKey())] + (user.map { [.user($0.lowercased())] } ?? [])
                + (grantId.map { [.id($0)] } ?? []) + addresses.map { .address($0) }
        }
    }
}
