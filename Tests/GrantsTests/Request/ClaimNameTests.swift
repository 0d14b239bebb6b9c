import Grants
import Kit
import Testing

struct ClaimNameTests {
    private static let item = "20261120T230542.123456Z-3fa9~grant-alice.json"

    @Test("the number stands at the end in sixteen digits")
    func text() throws {
        let item = try #require(ItemName(bytes: Array(Self.item.utf8)))
        #expect(ClaimName(item: item, number: 0x6_3f2b).description == Self.item + "#000000000006" + "3f2b")
    }

    @Test(
        "what is no claim",
        arguments: [
            item,
            item + "#",
            item + "#63f2b",
            item + "#+00063f2b9c41d7e",  // a sign is no digit
            item + "#-00063f2b9c41d7e",
            item + "#00063F2B9C41D7E5",  // written otherwise than this program writes
            item + "#00063f2b9c41d7eg",
            item + "_00063f2b9c41d7e5",
            "grant-alice.json#00063f2b9c41d7e5",
            "#00063f2b9c41d7e5",
            "",
        ]
    )
    func refused(text: String) {
        #expect(ClaimName(bytes: Array(text.utf8)) == nil)
    }

    @Test("whatever is read as a claim is written the same", arguments: 0..<4 as Range<UInt64>)
    func canonical(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<500 {
            var bytes = Array((Self.item + "#00063f2b9c41d7e5").utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                bytes[index] = UInt8.random(in: 1 ... .max, using: &random)
            }
            if let claim = ClaimName(bytes: bytes) { #expect(claim.bytes == bytes) }
        }
    }
}
