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
        func isNews(until end: Timestamp) -> Bool {
            accepted.wasRecorded()
            accepted.remember(hash(1), until: end, at: tokenTime)
            return !accepted.unrecorded.isEmpty
        }
        #expect(isNews(until: end))
        #expect(accepted.contains(hash(1), at: tokenTime))
        #expect(!accepted.contains(hash(2), at: tokenTime))
        #expect(!accepted.contains(hash(1), at: end))
        #expect(!isNews(until: end) && !isNews(until: end - .seconds(1)) && isNews(until: end + .seconds(1)))
        #expect(accepted.contains(hash(1), at: end))
    }

    @Test("a grant that lasts longer than a week is remembered as long")
    func memory() {
        #expect(AcceptedRequests.memory(longestGrant: .seconds(3_600)) == .seconds(7 * 86_400))
        #expect(AcceptedRequests.memory(longestGrant: .seconds(30 * 86_400)) == .seconds(30 * 86_400))
    }

    @Test("no more than the limit are kept, those that end last")
    func bounded() {
        var accepted = AcceptedRequests()
        let limit = AcceptedRequests.limit
        for number in 0...limit + limit / 8 {
            accepted.remember(hash(number), until: tokenTime + .seconds(Int64(number + 1)), at: tokenTime)
        }
        #expect(accepted.count == limit)
        #expect(!accepted.contains(hash(limit / 8), at: tokenTime))
        #expect(accepted.contains(hash(limit / 8 + 1), at: tokenTime))
        #expect(accepted.unrecorded.forgottenUntil == tokenTime + .seconds(Int64(limit / 8 + 1)))
    }
}
