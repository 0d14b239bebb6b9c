import Grants
import Kit
import Testing

struct RefusedListSearchTests {
    /// Plays Graph, which refuses every list with a bad one in it; some suspects leave by themselves in between.
    private struct Play {
        var search: RefusedListSearch<Int>
        var new: [Int]
        var found: [Int] = []
        var taken: Set<Int> = []
        var lists: [[Int]] = []
        var isOver = false
        var isLocationAtFault = false

        init(_ items: [Int]) {
            (search, new) = (RefusedListSearch(refused: items), items)
        }

        mutating func step(bad: Set<Int>, refusesAlways: Bool = false) {
            let step = search.next(among: new, leaves: false)
            guard step != .finished else {
                isOver = true
                return
            }
            var list: [Int] = []
            if case .with(let tried) = step { list = tried }
            lists.append(list)
            search.wasSent(step)
            let isRefused = refusesAlways || !bad.isDisjoint(with: list)
            if !isRefused {
                taken.formUnion(list)
                new.removeAll(where: list.contains)
            }
            switch isRefused ? search.wasRefused() : search.wasAccepted() {
            case .bad(let item):
                found.append(item)
                new.removeAll { $0 == item }
            case .exhausted: isOver = true
            case .locationAtFault: (isOver, isLocationAtFault) = (true, true)
            case nil: break
            }
        }
    }

    private func run(_ items: [Int], bad: Set<Int>, refusesAlways: Bool = false) -> Play {
        var play = Play(items)
        while !play.isOver { play.step(bad: bad, refusesAlways: refusesAlways) }
        return play
    }

    @Test(
        "one bad item among 500 is found within 2 log2(500) + 3 writes, wherever it stands",
        arguments: [0, 1, 249, 250, 333, 498, 499])
    func oneAmongMany(bad: Int) {
        let play = run(Array(0..<500), bad: [bad])
        #expect(play.found == [bad] && play.taken.count == 499)
        #expect(play.lists.count + 1 <= 20)
    }

    @Test("any few bad items are found, whatever leaves meanwhile; every other goes through, and no list is sent twice")
    func generated() {
        var random = SeededRandom(seed: 7)
        for round in 0..<2_000 {
            let count = Int.random(in: 1...60, using: &random)
            let bad = Set(
                (0..<Int.random(in: 1...3, using: &random)).map { _ in Int.random(in: 0..<count, using: &random) })
            var play = Play(Array(0..<count))
            var left: Set<Int> = []
            while !play.isOver {
                play.step(bad: bad)
                if round % 2 == 0, Int.random(in: 0..<4, using: &random) == 0,
                    let one = play.new.randomElement(using: &random)
                {
                    play.new.removeAll { $0 == one }
                    left.insert(one)
                }
            }
            #expect(Set(play.found).subtracting(left) == bad.subtracting(left), "round \(round)")
            #expect(play.taken == Set(0..<count).subtracting(bad).subtracting(left), "round \(round)")
            #expect(zip(play.lists, play.lists.dropFirst()).allSatisfy { $0 != $1 }, "round \(round)")
            #expect(play.lists.count <= RefusedListSearch<Int>.limit + 1)
        }
    }

    @Test("a location that refuses even the list without anything new is at fault itself")
    func locationAtFault() {
        let play = run([1, 2, 3], bad: [], refusesAlways: true)
        #expect(play.isLocationAtFault && play.lists == [[]] && play.found.isEmpty)
    }

    @Test("a search among too many bad items ends, and blames only what it has found")
    func exhausted() {
        let play = run(Array(0..<1_000), bad: Set(0..<500))
        #expect(play.lists.count <= RefusedListSearch<Int>.limit + 1)
        #expect(Set(play.found).isSubset(of: Set(0..<500)))
        #expect(play.taken.isDisjoint(with: 0..<500))
    }

    @Test("what leaves never waits for a step that may be refused")
    func leaving() {
        var search = RefusedListSearch(refused: [1, 2])
        search.wasSent(search.next(among: [1, 2], leaves: false))
        _ = search.wasAccepted()
        #expect(search.next(among: [1, 2], leaves: true) == .nothingNew)
        #expect(search.next(among: [1, 2], leaves: false) == .with([1]))
    }
}
