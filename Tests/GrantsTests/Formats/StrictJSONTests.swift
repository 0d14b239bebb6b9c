import Testing

@testable import Grants

struct StrictJSONTests {
    struct Refusal: CustomTestStringConvertible {
        let text: String
        let message: String
        var line = 1
        var column = 1

        init(_ text: String, _ message: String, _ line: Int = 1, _ column: Int = 1) {
            (self.text, self.message, self.line, self.column) = (text, message, line, column)
        }

        var testDescription: String { text.debugDescription }
    }

    @Test(
        "each fault has its place and says what was expected",
        arguments: [
            Refusal("", "the file is empty", 0, 0),
            Refusal(" \n\t ", "nothing but whitespace", 0, 0),
            Refusal("\0\0\0\0", "only NUL bytes: power loss", 0, 0),
            Refusal("{}\0\0", "NUL bytes follow", 1, 3),
            Refusal("\u{feff}{}", "byte order mark", 0, 0),
            Refusal("{} x", "end of the file", 1, 4),
            Refusal("{}{}", "end of the file", 1, 3),
            Refusal("{\"a\":1,\"a\":1}", "\"a\" is also at line 1, column 2", 1, 8),
            // An escape hides nothing.
            Refusal("{\"a\":1,\n\"b\":2,\n\"\\u0061\":1}", "also at line 1, column 2", 3, 1),
            // Composed or not: equal to Swift, and so to a dictionary.
            Refusal("{\"é\":1,\"é\":1}", "a name is also", 1, 8),
            Refusal("{\"a\":{\"b\":[{\"c\":1,\"c\":2}]}}", "\"c\" is also", 1, 19),
            Refusal("{\"a\":1,}", "another entry after this comma", 1, 7),
            Refusal("[1,]", "another entry after this comma", 1, 3),
            Refusal("[,1]", "expected a value", 1, 2),
            Refusal("{a:1}", "name in double quotes", 1, 2),
            Refusal("{'a':1}", "double quotes", 1, 2),
            Refusal("{\"a\" 1}", "':'", 1, 6),
            Refusal("{\"a\":}", "expected a value", 1, 6),
            Refusal("{\"a\":1 \"b\":2}", "',' or '}'", 1, 8),
            Refusal("[1 2]", "',' or ']'", 1, 4),
            Refusal("[1", "found the end of the file", 1, 3),
            Refusal("{\"a\":\"b", "closing quote", 1, 6),
            Refusal("[\r\n\"a\nb\"]", "end of the line", 2, 3),
            Refusal("[\"a\tb\"]", "control character 9", 1, 4),
            Refusal("[\"\\x41\"]", "after the backslash", 1, 3),
            Refusal("[\"\\u12G4\"]", "four hexadecimal digits", 1, 7),
            Refusal("[\"\\ud83d\"]", "half of one", 1, 3),  // a lone surrogate
            Refusal("[\"\\ude00\"]", "half of one", 1, 3),
            Refusal("[\"\\ud83d\\u0041\"]", "half of one", 1, 3),
            Refusal("[01]", "leading zeros", 1, 4),
            Refusal("[-01]", "leading zeros", 1, 5),
            Refusal("[1.]", "after the decimal point", 1, 4),
            Refusal("[.5]", "expected a value", 1, 2),
            Refusal("[+1]", "expected a value", 1, 2),
            Refusal("[1e]", "exponent", 1, 4),
            Refusal("[-]", "a digit", 1, 3),
            Refusal("[0x10]", "',' or ']'", 1, 3),
            Refusal("[NaN]", "expected a value", 1, 2),
            Refusal("[True]", "expected a value", 1, 2),
            Refusal("[nulls]", "expected a value", 1, 2),
            Refusal("// no\n{}", "comments are not taken", 1, 1),
            Refusal("[\"é😀\", x]", "found 'x'", 1, 8),  // columns count characters
            Refusal("[\u{a0}1]", "not ASCII", 1, 2),
            Refusal(String(repeating: "[", count: 33), "32 levels", 1, 33),
            Refusal(String(repeating: "{\"a\":", count: 100_000), "32 levels", 1, 161),
        ]
    )
    func refused(row: Refusal) throws {
        let error = try #require(throws: JSONError.self) { try StrictJSON.parse(Array(row.text.utf8)) }
        #expect(error.message.contains(row.message))
        #expect(error.line == row.line && error.column == row.column)
    }

    @Test("two spellings of one character are two names")
    func spellings() throws {
        let few = #"{"\u00e9":1,"e\u0301":2}"#
        let many = "{" + (0..<20).map { #""\#($0)":0,"# }.joined() + few.dropFirst()
        for text in [few, many] {
            let value = try StrictJSON.parse(Array(text.utf8)).value
            #expect(value["e\u{301}"]?.number == "2" && value["\u{e9}"]?.number == "1")
        }
    }

    @Test(
        "bytes that are not UTF-8 are refused wherever they stand",
        arguments: [
            [0xff], [0xc0, 0x80], [0xc1, 0xbf], [0xe0, 0x9f, 0xbf], [0xed, 0xa0, 0x80], [0xf0, 0x8f, 0xbf, 0xbf],
            [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0x80], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0xc3, 0x28],
        ] as [[UInt8]]
    )
    func notUnicode(bytes: [UInt8]) throws {
        let file = Array("{\n \"é\": \"".utf8) + bytes + Array("\"}".utf8)
        for dialect in [StrictJSON.Dialect.strict, .commented] {
            let error = try #require(throws: JSONError.self) { try StrictJSON.parse(file, dialect: dialect) }
            #expect(error == JSONError("a byte that is not valid UTF-8", line: 2, column: 8))
        }
        let comment = Array("{} // ".utf8) + bytes
        #expect(throws: JSONError.self) { try StrictJSON.parse(comment, dialect: .commented) }
    }

    @Test("UTF-16 has its own sentence")
    func utf16() throws {
        let error = try #require(throws: JSONError.self) { try StrictJSON.parse([0xff, 0xfe, 0x7b, 0, 0x7d, 0]) }
        #expect(error.message.contains("UTF-16"))
    }

    @Test("values and places come out as they stand in the file")
    func values() throws {
        let text = "{ \"a\": [null, true, false,\n-1.50e+2, \"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00é\"] }"
        let document = try StrictJSON.parse(Array(text.utf8))
        let elements = [
            JSONNode(value: .null, line: 1, column: 9), JSONNode(value: .bool(true), line: 1, column: 15),
            JSONNode(value: .bool(false), line: 1, column: 21),
            JSONNode(value: .number("-1.50e+2"), line: 2, column: 1),
            JSONNode(value: .string("\"\\/\u{8}\u{c}\n\r\té😀é"), line: 2, column: 11),
        ]
        let node = JSONNode(value: .array(elements), line: 1, column: 8)
        let member = JSONMember(name: "a", line: 1, column: 3, node: node)
        #expect(document == JSONNode(value: .object([member]), line: 1, column: 1))
    }

    @Test("the commented dialect takes what people write")
    func commented() throws {
        let text = #"""
            // first
            { /* here ** too */ spool: '../spool', "it's": 'say "hi", it\'s me', $x_1: [1, 2,], // end
              nested: { a: "//", b: '/*', }, }
            /* last */
            """#
        let plain = #"""
            {"spool":"../spool","it's":"say \"hi\", it's me","$x_1":[1,2],"nested":{"a":"//","b":"/*"}}
            """#
        let loose = try StrictJSON.parse(Array(text.utf8), dialect: .commented)
        let strict = try StrictJSON.parse(Array(plain.utf8))
        #expect(withoutPlaces(loose) == withoutPlaces(strict))
    }

    @Test(
        "the commented dialect is strict about the rest",
        arguments: [
            Refusal("{a:1, 'a':2}", "\"a\" is also", 1, 7),
            Refusal("{a:1,,}", "a name", 1, 6),
            Refusal("/* {}", "end of this comment", 1, 1),
            Refusal("{} / x", "a comment", 1, 4),
            Refusal("{1a: 2}", "a name", 1, 2),
            Refusal("{a-b: 2}", "':'", 1, 3),
            Refusal("['a\n']", "end of the line", 1, 4),
            Refusal("[undefined]", "a value", 1, 2),
            Refusal("// nothing", "nothing but whitespace", 0, 0),
            Refusal("/*\n\n*/ {\n // é\n /* é */ x }", "':'", 5, 12),
        ]
    )
    func commentedRefused(row: Refusal) throws {
        let error = try #require(throws: JSONError.self) {
            try StrictJSON.parse(Array(row.text.utf8), dialect: .commented)
        }
        #expect(error.message.contains(row.message))
        #expect(error.line == row.line && error.column == row.column)
    }

    @Test("a big document takes linear time", .timeLimit(.minutes(1)))
    func linear() throws {
        let members = (0..<100_000).map { "\"name\($0)\":\($0)" }.joined(separator: ",")
        guard case .object(let parsed) = try StrictJSON.parse(Array("{\(members)}".utf8)).value else {
            Issue.record("not an object")
            return
        }
        #expect(parsed.count == 100_000)
        let twice = "{\(members),\"name99999\":0}"
        let error = try #require(throws: JSONError.self) { try StrictJSON.parse(Array(twice.utf8)) }
        #expect(error.message.contains("\"name99999\" is also"))
    }
}

private func withoutPlaces(_ node: JSONNode) -> JSONNode {
    let value: JSONValue =
        switch node.value {
        case .array(let elements): .array(elements.map(withoutPlaces))
        case .object(let members):
            .object(members.map { JSONMember(name: $0.name, line: 0, column: 0, node: withoutPlaces($0.node)) })
        default: node.value
        }
    return JSONNode(value: value, line: 0, column: 0)
}
