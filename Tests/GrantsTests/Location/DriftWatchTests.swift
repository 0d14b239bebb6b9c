import Grants
import Testing

struct DriftWatchTests {
    private let start = ContinuousClock.now
    private let interval = Duration.seconds(900)

    private func list(_ texts: String...) throws -> [CIDR] {
        try texts.map { (text) throws in try CIDR(text) }
    }

    private func texts(_ ranges: [CIDR]) -> [String] { ranges.map(\.description) }

    @Test("what no list of ours can hold is drift, too")
    func otherForms() throws {
        var watch = DriftWatch(interval: interval, at: start)
        let ours = try list("203.0.113.1/32")
        watch.wrote(ours, at: start)
        let found = ["203.0.113.1/32", "8.8.8.8-8.8.8.9"]
        #expect(watch.saw(found, confirmed: ours, at: start + .seconds(900)) == .suspect)
        let second = watch.saw(found, confirmed: ours, at: start + .seconds(930))
        #expect(second == .drifted(added: ["8.8.8.8-8.8.8.9"], missing: []))
    }

    @Test("a range added or removed by hand is drift once two late reads agree on it")
    func drift() throws {
        var watch = DriftWatch(interval: interval, at: start)
        let ours = try list("203.0.113.1/32", "203.0.113.2/32")
        watch.wrote(ours, at: start)
        let edited = try list("203.0.113.2/32", "8.8.8.8/32")
        let first = watch.saw(texts(edited), confirmed: ours, at: start + .seconds(900))
        #expect(first == .suspect)
        #expect(watch.readsAt == start + .seconds(930))
        let second = watch.saw(texts(edited).reversed(), confirmed: ours, at: start + .seconds(930))
        #expect(second == .drifted(added: ["8.8.8.8/32"], missing: try list("203.0.113.1/32")))
    }

    @Test("twenty stale reads of our own earlier lists are no drift")
    func stale() throws {
        var watch = DriftWatch(interval: interval, at: start)
        let old = try list("203.0.113.1/32")
        let new = try list("203.0.113.1/32", "203.0.113.2/32")
        watch.wrote(old, at: start)
        watch.wrote(new, at: start + .seconds(60))
        for index in 0..<20 {
            let finding = watch.saw(
                texts(index % 2 == 0 ? old : new), confirmed: new, at: start + .seconds(400 + index))
            #expect(finding == (index % 2 == 0 ? .stale : .agrees))
        }
    }

    @Test("two reads that disagree with each other prove nothing")
    func disagreeing() throws {
        var watch = DriftWatch(interval: interval, at: start)
        let ours = try list("203.0.113.1/32")
        for index in 0..<6 {
            let other = try list("8.8.8.\(index)/32")
            let finding = watch.saw(texts(other), confirmed: ours, at: start + .seconds(1_000 * index))
            #expect(finding == .suspect)
        }
    }

    @Test("no read counts within five minutes of a write")
    func quiet() throws {
        var watch = DriftWatch(interval: .seconds(60), at: start)
        #expect(watch.readsAt == start + .seconds(60))
        watch.wrote(try list("203.0.113.1/32"), at: start + .seconds(50))
        #expect(watch.readsAt == start + .seconds(350))
    }

    @Test("host bits, order and covered ranges make no difference")
    func semantics() throws {
        var watch = DriftWatch(interval: interval, at: start)
        let ours = try list("198.51.100.0/24")
        let same = ["198.51.100.7/24", "198.51.100.9/32"].compactMap { CIDR(graph: $0) }
        let finding = watch.saw(texts(same), confirmed: ours, at: start + .seconds(900))
        #expect(finding == .agrees)
    }
}
