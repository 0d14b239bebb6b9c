import FoundationEssentials
import Grants
import Kit
import Testing

struct JSONWriterTests {
    @Test("members, lists and words stand as RFC 8259 wants them")
    func structure() {
        var json = JSONWriter()
        json.object { json in
            json.member("text", "a")
            json.member("absent", nil as String?)
            json.member("number", -7)
            json.name("list")
            json.array { json in
                json.object { _ in }
                json.object { $0.member("flag", false) }
                json.word("1.5")
            }
            json.member("empty", [] as [String])
            json.member("ranges", ranges("203.0.113.7", "2001:db8::/32"))
            json.member("time", noon)
        }
        json.endLine()
        let text =
            #"{"text":"a","number":-7,"list":[{},{"flag":false},1.5],"empty":[],"#
            + #""ranges":["203.0.113.7/32","2001:db8::/32"],"time":"2026-11-20T12:00:00Z"}"# + "\n"
        #expect(String(decoding: json.bytes, as: UTF8.self) == text)
    }

    @Test("any text is read back by Foundation and by this program, on one line", arguments: 0..<50 as Range<UInt64>)
    func strings(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let odd: [Unicode.Scalar] = [
            "\"", "\\", "/", "\0", "\n", "\r", "\t", "\u{8}", "\u{c}", "\u{1f}", "\u{7f}", "\u{85}", "\u{9f}", "\u{a0}",
            "\u{2028}", "\u{2029}", "é", "\u{301}", "😀", "\u{fffd}", "\u{10ffff}", "\u{feff}",
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...30, using: &random) {
            let plain = Unicode.Scalar(UInt8.random(in: 0x20...0x7e, using: &random))
            text.append(Bool.random(using: &random) ? plain : odd.randomElement(using: &random) ?? plain)
        }
        var json = JSONWriter()
        json.object { $0.member("text", String(text)) }
        let written = String(decoding: json.bytes, as: UTF8.self)
        let lineEnds: [UInt32] = [0x7f, 0x85, 0x2028, 0x2029]
        #expect(!written.unicodeScalars.contains { $0.value < 0x20 || lineEnds.contains($0.value) })
        let read = try JSONDecoder().decode([String: String].self, from: Data(json.bytes))
        #expect(read["text"].map { Array($0.unicodeScalars) } == Array(text))
        guard case .object(let members) = try StrictJSON.parse(json.bytes).value else { return #expect(Bool(false)) }
        #expect(members.first?.node.value == .string(String(text)))
    }
}
