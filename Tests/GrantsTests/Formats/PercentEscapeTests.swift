import Grants
import Testing

struct PercentEscapeTests {
    @Test("every byte comes back, and is one visible word of ASCII")
    func everyByte() {
        let all = Array(0...UInt8.max)
        let text = all.percentEscaped
        #expect([UInt8](percentEscaped: text) == all)
        #expect(text.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != 0x22 && $0 != 0x5c })
    }

    @Test(
        "how it looks",
        arguments: [
            ("grant.json", "grant.json"), ("a b%c", "a%20b%25c"), ("zoë", "zo%C3%AB"), ("\"\\\n\u{7f}", "%22%5C%0A%7F"),
            ("", ""),
        ]
    )
    func looks(raw: String, escaped: String) {
        #expect(Array(raw.utf8).percentEscaped == escaped)
    }

    @Test(
        "what does not end its escapes is refused",
        arguments: ["%", "%4", "a%", "%G0", "%0G", "%+1", "%-1", "% 1", "%%41"])
    func refused(text: String) {
        #expect([UInt8](percentEscaped: text) == nil)
    }
}
