import Grants
import Kit
import Testing

struct BadItemSearchTests {
    /// Plays Graph: refuses every list that holds a bad item; returns the requests made after the first refusal.
    private func run(_ items: [Int], bad: Set<Int>, refusesAlways: Bool = false) -> (
        BadItemSearch<Int>, Int, accepted: Set<Int>
    ) {
        var search = BadItemSearch(items)
        var requests = 0
        var accepted: Set<Int> = []
        while search.step != .finished {
            requests += 1
            var list: [Int] = []
            if case .with(let tried) = search.step { list = tried }
            if refusesAlways || !bad.isDisjoint(with: list) {
                guard search.wasRefused() else { break }
            } else {
                accepted.formUnion(list)
                search.wasAccepted(carrying: Set(list))
            }
        }
        return (search, requests, accepted)
    }

    @Test(
        "one bad item among 500 is found within 2 log2(500) + 3 writes, wherever it stands",
        arguments: [0, 1, 249, 250, 333, 498, 499])
    func oneAmongMany(bad: Int) {
        let (search, requests, accepted) = run(Array(0..<500), bad: [bad])
        #expect(search.bad == [bad])
        #expect(accepted.count == 499)
        #expect(requests + 1 <= 20)
    }

    @Test("any few bad items are found, and every other item goes through")
    func generated() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<2_000 {
            let count = Int.random(in: 1...60, using: &random)
            let bad = Set(
                (0..<Int.random(in: 1...3, using: &random)).map { _ in Int.random(in: 0..<count, using: &random) })
            let (search, requests, accepted) = run(Array(0..<count), bad: bad)
            #expect(Set(search.bad) == bad && search.unresolved.isEmpty)
            #expect(accepted == Set(0..<count).subtracting(bad))
            #expect(requests <= BadItemSearch<Int>.limit + 1)
        }
    }

    @Test("a location that refuses even the list without anything new is at fault itself")
    func locationAtFault() {
        let (search, requests, _) = run([1, 2, 3], bad: [], refusesAlways: true)
        #expect(requests == 1 && search.bad.isEmpty)
    }

    @Test("a search among too many bad items ends, and says what it did not find out")
    func exhausted() {
        let (search, requests, accepted) = run(Array(0..<1_000), bad: Set(0..<500))
        #expect(requests <= BadItemSearch<Int>.limit + 1)
        #expect(Set(search.bad).union(search.unresolved).union(accepted) == Set(0..<1_000))
    }

    @Test("an item that there was no room for in the list was not tried")
    func leftOut() {
        var search = BadItemSearch([1, 2])
        search.wasAccepted(carrying: [])
        #expect(search.step == .with([1]))
        search.wasAccepted(carrying: [])
        #expect(search.step == .with([1]))
        let isItemsFault = search.wasRefused()
        #expect(isItemsFault && search.bad == [1])
    }

    @Test("items that get their verdict elsewhere leave the search, and the others are still resolved")
    func forgetting() {
        var search = BadItemSearch(Array(0..<8))
        search.wasAccepted(carrying: [])
        let isItemsFault = search.wasRefused()
        #expect(isItemsFault)
        search.forget([0, 1, 2, 3])
        #expect(search.step == .with([4, 5, 6, 7]))
        search.wasAccepted(carrying: [4, 5, 6, 7])
        #expect(search.step == .finished && search.bad.isEmpty)
        var other = BadItemSearch([1])
        other.forget([1])
        #expect(other.step == .finished)
    }
}
