import Grants
import Kit
import Testing

private let tokenTime = Timestamp(seconds: 1_795_000_000)

@Suite("Accepted requests")
struct AcceptedRequestsTests {
    private func hash(_ number: Int) -> [UInt8] {
        (0..<32).map { UInt8(truncatingIfNeeded: number >> ($0 % 4 * 8)) }
    }

    @Test("the same bytes are remembered until the end, and no others")
    func remembered() {
        var accepted = AcceptedRequests()
        let end = tokenTime + .seconds(10)
        #expect(accepted.remember(hash(1), until: end, at: tokenTime) != nil)
        #expect(accepted.contains(hash(1), at: tokenTime))
        #expect(!accepted.contains(hash(2), at: tokenTime))
        #expect(!accepted.contains(hash(1), at: end))
        #expect(accepted.remember(hash(1), until: end, at: tokenTime) == nil)
        #expect(accepted.remember(hash(1), until: end - .seconds(1), at: tokenTime) == nil)
        #expect(accepted.remember(hash(1), until: end + .seconds(1), at: tokenTime) != nil)
        #expect(accepted.contains(hash(1), at: end))
        accepted.prune(at: end + .seconds(1))
        #expect(accepted.count == 0)
    }

    @Test("a grant that lasts longer than a week is remembered as long")
    func memory() {
        #expect(AcceptedRequests.memory(longestGrant: .seconds(3_600)) == .seconds(7 * 86_400))
        #expect(AcceptedRequests.memory(longestGrant: .seconds(30 * 86_400)) == .seconds(30 * 86_400))
    }

    @Test(
        "what was appended or written anew reads back the same, whatever the order", arguments: 0..<10 as Range<UInt64>)
    func roundTrip(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var accepted = AcceptedRequests()
        var file: [UInt8] = []
        for _ in 0..<200 {
            let end = tokenTime + .microseconds(Int64.random(in: 0...100_000_000, using: &random))
            file += accepted.remember(hash(Int.random(in: 0..<100, using: &random)), until: end, at: tokenTime) ?? []
            if Int.random(in: 0..<50, using: &random) == 0 { file = accepted.recorded }
        }
        for text in [file, accepted.recorded] {
            let read = AcceptedRequests(recorded: text, at: tokenTime)
            #expect(read.recorded == accepted.recorded)
            #expect(read.unreadable == 0)
        }
        let later = tokenTime + .seconds(50)
        let read = AcceptedRequests(recorded: file, at: later)
        for number in 0..<100 {
            #expect(read.contains(hash(number), at: later) == accepted.contains(hash(number), at: later))
        }
    }

    @Test("a torn tail costs its own line at most, and nothing is remembered longer than said")
    func torn() throws {
        var accepted = AcceptedRequests()
        let end = tokenTime + .seconds(100)
        let lines = [
            accepted.remember(hash(1), until: end, at: tokenTime),
            accepted.remember(hash(2), until: end, at: tokenTime),
        ]
        let (first, second) = (try #require(lines[0]), try #require(lines[1]))
        for length in 0..<second.count {
            let read = AcceptedRequests(recorded: first + second.prefix(length), at: tokenTime)
            #expect(read.contains(hash(1), at: tokenTime))
            #expect(!read.contains(hash(2), at: tokenTime))
            #expect(read.unreadable == (length == 0 ? 0 : 1))
        }
        for tear in ["x", "\u{0}\u{0}\n", "ABCDEF \(end)\n", "\(String(repeating: "g", count: 64)) \(end)\n"] {
            let read = AcceptedRequests(recorded: Array(tear.utf8) + first, at: tokenTime)
            #expect(read.unreadable == 1)
            #expect(read.count == (tear == "x" ? 0 : 1))
        }
    }

    @Test("no more than the limit are kept, those that end last")
    func bounded() {
        var accepted = AcceptedRequests()
        for number in 0..<(AcceptedRequests.limit + 10) {
            _ = accepted.remember(hash(number), until: tokenTime + .seconds(Int64(number + 1)), at: tokenTime)
        }
        accepted.prune(at: tokenTime)
        #expect(accepted.count == AcceptedRequests.limit)
        #expect(!accepted.contains(hash(9), at: tokenTime))
        #expect(accepted.contains(hash(10), at: tokenTime))
        accepted.prune(at: tokenTime + .seconds(Int64(AcceptedRequests.limit)))
        #expect(accepted.count == 10)
        #expect(accepted.isWorthRewriting)
        accepted.noteRewritten()
        #expect(!accepted.isWorthRewriting)
    }
}
