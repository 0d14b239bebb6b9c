import Grants
import Kit
import Testing

struct ItemNameTests {
    private let arrived = Timestamp(microseconds: 1_795_215_942_123_456)

    @Test("a claim puts stamp and random digits before the producer's name")
    func claiming() {
        let name = ItemName(claiming: Array("grant-alice.json".utf8), arrived: arrived, random: 0x3fa)
        #expect(name.description == "20261120T230542.123456Z-03fa~grant-alice.json")
        #expect(name.stamp == arrived)
        #expect(Array(name.producerName) == Array("grant-alice.json".utf8))
    }

    @Test("a name that has a stamp keeps it, so that a retry keeps its place")
    func retry() {
        let name = ItemName(claiming: Array("x.json".utf8), arrived: arrived, random: 1)
        #expect(ItemName(claiming: name.bytes, arrived: arrived + .seconds(60), random: 2) == name)
        #expect(ItemName.isStamped(name.bytes) && !ItemName.isStamped(Array("x.json".utf8)))
    }

    @Test(
        "what only looks like a stamp is a producer's name",
        arguments: [
            "20261120T230542.123456Z-3fa9~",  // nothing follows
            "20261120T230542.123456Z-3FA9~x.json",
            "20261120T230542.123456Z-3fa9_x.json",
            "20261320T230542.123456Z-3fa9~x.json",  // month 13
            "20261120T230542,123456Z-3fa9~x.json",
            "20261120T230542.123456Z 3fa9~x.json",
            "",
        ]
    )
    func lookalikes(text: String) {
        #expect(ItemName(bytes: Array(text.utf8)) == nil)
        let name = ItemName(claiming: Array(text.utf8), arrived: arrived, random: 0)
        #expect(Array(name.producerName) == Array(text.utf8))
    }

    @Test("any bytes up to 255 go through names, claims and text and back", arguments: 0..<10 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<100 {
            var producer = someName(using: &random)
            if Bool.random(using: &random) { producer = Array("20261120T230542.123456Z-3fa9~".utf8) + producer }
            let name = ItemName(claiming: Array(producer.prefix(255)), arrived: arrived, random: random.next(upTo: 9))
            #expect(ItemName(bytes: name.bytes) == name)
            #expect(ItemName(escaped: name.description) == name)
            #expect(name.description.utf8.allSatisfy { (0x21...0x7e).contains($0) })
            let claim = ClaimName(item: name, number: random.next())
            #expect(ClaimName(bytes: claim.bytes) == claim)
            #expect(ClaimName(escaped: claim.description) == claim)
            // A name on Linux has 255 bytes at most; beside the item stands its `.why`, or a numbered copy.
            #expect(claim.bytes.count <= 255 && name.bytes.count + ".12.json.why".utf8.count <= 255)
            #expect(ItemName(claiming: name.bytes, arrived: arrived, random: 0) == name, "a retry changes the name")
        }
    }

    @Test("a long name keeps its ending", arguments: [199, 200, 201, 255])
    func long(count: Int) {
        let producer = [UInt8](repeating: UInt8(ascii: "n"), count: count - 5) + Array(".json".utf8)
        let name = ItemName(claiming: producer, arrived: arrived, random: 0)
        #expect(name.producerName.count == min(count, 200))
        #expect(name.bytes.suffix(5).elementsEqual(".json".utf8))
    }

    @Test(
        "a file as old or as new as can be gets a name that can be read again",
        arguments: [Int64.min, -70_000_000_000_000_000, 0, 253_402_300_800_000_000, .max]
    )
    func extremeTimes(microseconds: Int64) {
        let name = ItemName(
            claiming: Array("x.json".utf8), arrived: Timestamp(microseconds: microseconds), random: 7)
        #expect(ItemName(bytes: name.bytes) == name)
    }

    @Test("the producer's part decides the order first, the stamp only between namesakes")
    func ordering() throws {
        func name(_ text: String) throws -> ItemName { try #require(ItemName(bytes: Array(text.utf8))) }
        let sorted = [
            try name("20271120T230542.123456Z-0000~a.json"),
            try name("20261120T230542.123456Z-0001~b.json"),
            try name("20261120T230542.123456Z-0002~b.json"),
            try name("20251120T230542.123456Z-0000~ba.json"),
        ]
        #expect(sorted.reversed().sorted() == sorted)
        for (index, left) in sorted.enumerated() {
            for right in sorted[index...] { #expect(left == right || left < right && !(right < left)) }
        }
    }

    private func someName(using random: inout SeededRandom) -> [UInt8] {
        (0..<Int.random(in: 1...255, using: &random)).map { _ in UInt8.random(in: 1 ... .max, using: &random) }
    }
}

extension SeededRandom {
    fileprivate mutating func next(upTo limit: UInt16) -> UInt16 {
        UInt16.random(in: 0...limit, using: &self)
    }
}
