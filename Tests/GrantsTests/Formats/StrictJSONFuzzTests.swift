import Foundation
import Grants
import Kit
import Testing

/// What StrictJSON takes, Foundation takes, and reads the same.
struct StrictJSONFuzzTests {
    @Test("valid documents mean the same to Foundation", arguments: 0..<20 as Range<UInt64>)
    func valid(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<100 {
            let text = randomDocument(depth: 0, using: &random)
            let document = try StrictJSON.parse(Array(text.utf8))
            #expect(try document.value.agrees(with: foundation(Array(text.utf8))), "\(text)")
            #expect(try StrictJSON.parse(Array(text.utf8), dialect: .commented) == document)
        }
    }

    @Test(
        "damaged documents get a verdict, and never one that Foundation contradicts",
        arguments: 0..<20 as Range<UInt64>
    )
    func damaged(seed: UInt64) throws {
        var random = SeededRandom(seed: seed + 1_000)
        var taken = 0
        for _ in 0..<300 {
            let bytes = damage(Array(randomDocument(depth: 0, using: &random).utf8), using: &random)
            for dialect in [StrictJSON.Dialect.strict, .commented] {
                do throws(JSONError) {
                    let document = try StrictJSON.parse(bytes, dialect: dialect)
                    guard dialect == .strict else { continue }
                    taken += 1
                    guard !document.value.holdsHugeNumber else { continue }
                    let other = try? foundation(bytes)
                    #expect(document.value.agrees(with: other), "\(String(decoding: bytes, as: UTF8.self))")
                } catch {
                    #expect(!error.message.isEmpty && error.line >= 0)
                    #expect(error.message.utf8.allSatisfy { (0x20...0x7e).contains($0) })
                }
            }
        }
        #expect(taken > 10, "too few damaged documents were still valid to say anything")
    }

    @Test("random bytes get a verdict")
    func noise() {
        var random = SeededRandom(seed: 5)
        let alphabet = Array("{}[]\":,'\\/*u0d8e+-.1tfn \n\r\u{e9}".utf8) + [0, 0xff, 0x80]
        for round in 0..<5_000 {
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                round.isMultiple(of: 2)
                    ? UInt8.random(in: 0 ... .max, using: &random) : alphabet.randomElement(using: &random) ?? 0
            }
            for dialect in [StrictJSON.Dialect.strict, .commented] {
                _ = try? StrictJSON.parse(bytes, dialect: dialect)
            }
        }
    }
}

/// A document as Foundation reads it.
private enum Reading: Decodable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([Reading])
    case object([String: Reading])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let bool = try? container.decode(Bool.self) {
            self = .bool(bool)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let string = try? container.decode(String.self) {
            self = .string(string)
        } else if let array = try? container.decode([Reading].self) {
            self = .array(array)
        } else {
            self = .object(try container.decode([String: Reading].self))
        }
    }
}

private func foundation(_ bytes: [UInt8]) throws -> Reading {
    try JSONDecoder().decode(Reading.self, from: Data(bytes))
}

extension JSONValue {
    fileprivate func agrees(with reading: Reading?) -> Bool {
        switch (self, reading) {
        case (.null, .null): true
        case (.bool(let mine), .bool(let other)): mine == other
        case (.number(let mine), .number(let other)): Double(mine) == other
        case (.string(let mine), .string(let other)): Array(mine.utf8) == Array(other.utf8)
        case (.array(let mine), .array(let other)):
            mine.count == other.count && zip(mine, other).allSatisfy { $0.value.agrees(with: $1) }
        case (.object(let mine), .object(let other)):
            mine.count == other.count && mine.allSatisfy { $0.node.value.agrees(with: other[$0.name]) }
        default: false
        }
    }

    /// Beyond Double, where Foundation gives up.
    fileprivate var holdsHugeNumber: Bool {
        switch self {
        case .null, .bool, .string: false
        case .number(let text): Double(text)?.isFinite != true
        case .array(let elements): elements.contains { $0.value.holdsHugeNumber }
        case .object(let members): members.contains { $0.node.value.holdsHugeNumber }
        }
    }
}

private func randomDocument(depth: Int, using random: inout SeededRandom) -> String {
    let space = [" ", "\n", "\t", "\r\n", "", "", "", ""]
    func pick(_ choices: [String]) -> String { choices.randomElement(using: &random) ?? "" }
    let kind = Int.random(in: depth < 4 ? 0...9 : 0...4, using: &random)
    let body: String
    switch kind {
    case 0: body = pick(["null", "true", "false"])
    case 1: body = pick(["0", "-0", "12", "-3.25", "1e3", "6.02E+23", "1e-7", "1.0", "9007199254740993", "0.1"])
    case 2...4: body = randomString(using: &random)
    case 5, 6:
        let elements = (0..<Int.random(in: 0...4, using: &random)).map { _ in
            randomDocument(depth: depth + 1, using: &random)
        }
        body = "[\(pick(space))\(elements.joined(separator: ","))]"
    default:
        let members = (0..<Int.random(in: 0...20, using: &random)).map { index in
            let name = randomString(using: &random).dropLast() + "\(index)\""
            return "\(pick(space))\(name)\(pick(space)):\(randomDocument(depth: depth + 2, using: &random))"
        }
        body = "{\(members.joined(separator: ","))}"
    }
    return pick(space) + body + pick(space)
}

private func randomString(using random: inout SeededRandom) -> String {
    let pieces = [
        "a", "Z", " ", "/", "'", "é", "😀", "\u{7f}", "\u{2028}", "\\\"", "\\\\", "\\/", "\\n", "\\u0041", "\\u00E9",
        "\\u0000", "\\uD83D\\uDE00", "\\u200b", "{", "]", ":", ",", "//",
    ]
    let count = Int.random(in: 0...8, using: &random)
    return "\"\((0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined())\""
}

/// A few bytes changed, dropped, doubled, moved or cut off.
func damage(_ original: [UInt8], using random: inout SeededRandom) -> [UInt8] {
    var bytes = original
    for _ in 0..<Int.random(in: 1...3, using: &random) {
        guard !bytes.isEmpty else { return bytes }
        let index = Int.random(in: bytes.indices, using: &random)
        let end = min(bytes.count, index + Int.random(in: 1...12, using: &random))
        switch Int.random(in: 0...6, using: &random) {
        case 0: bytes[index] = UInt8.random(in: 0 ... .max, using: &random)
        case 1: bytes[index] = Array("{}[]\":,\\0123 \n".utf8).randomElement(using: &random) ?? 0
        case 2: bytes.removeSubrange(index..<end)
        case 3: bytes.insert(contentsOf: bytes[index..<end], at: index)
        case 4: bytes.swapAt(index, Int.random(in: bytes.indices, using: &random))
        case 5: bytes.insert(UInt8.random(in: 0x20...0x7e, using: &random), at: index)
        default: bytes.removeSubrange(index...)
        }
    }
    return bytes
}
