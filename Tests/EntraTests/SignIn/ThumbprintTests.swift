import Kit
import Testing

@testable import Entra
@testable import Grants

@Suite("Thumbprints")
struct ThumbprintTests {
    private static let sha1 = "0123456789abcdef0123456789abcdef01234567"

    @Test(
        "as people paste them",
        arguments: [
            (sha1, 0), (sha1.uppercased(), 0), ("01:23:45:67:89:AB:CD:EF:01:23:45:67:89:ab:cd:ef:01:23:45:67", 0),
            ("\u{200E}" + sha1, 1), ("01 23 45 67 89 ab cd ef 01 23 45 67 89 ab cd ef 01 23 45 67", 1),
            ("\u{FEFF}\u{200B} " + sha1 + "\u{00AD}\n", 1),
        ]
    )
    func accepted(text: String, warnings: Int) throws {
        let result = try Thumbprint.parse(text)
        #expect(result.thumbprint.text == Self.sha1)
        #expect(!result.thumbprint.isSHA256)
        #expect(result.warnings.count == warnings, "\(result.warnings)")
    }

    @Test("a warning shows what was dropped, and where")
    func places() throws {
        let warnings = try Thumbprint.parse("\u{200E}" + Self.sha1.prefix(2) + " " + Self.sha1.dropFirst(2)).warnings
        let warning = try #require(warnings.first)
        #expect(warning.hasSuffix("dropped: U+200E at character 1, U+0020 at character 4."), "\(warning)")
        let spaced = Self.sha1.map { "\($0) " }.joined()
        #expect(try Thumbprint.parse(spaced).warnings.first?.hasSuffix("character 8 and 36 more.") == true)
    }

    @Test(
        "what is none",
        arguments: [
            ("", "0 hex digits"), ("0123", "4 hex digits"), (sha1 + "0", "41 hex digits"), ("0x" + sha1, "\"x\""),
            ("０" + sha1, "no hex digit"), ("a\u{301}" + sha1, "no hex digit"),
        ]
    )
    func refused(text: String, words: String) {
        let error = #expect(throws: Failure.self) { _ = try Thumbprint.parse(text) }
        #expect(error?.code == .entra001)
        #expect(error?.detail.contains(words) == true, "\(error?.detail ?? "")")
    }

    @Test("64 digits are SHA-256")
    func sha256() throws {
        let text = Self.sha1 + String(repeating: "f", count: 24)
        #expect(try Thumbprint.parse(text).thumbprint.isSHA256)
        #expect(try Thumbprint.parse(text).thumbprint.text == text)
    }
}
