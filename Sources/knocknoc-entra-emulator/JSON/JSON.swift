/// Any JSON value; objects keep the order they are written in, as Graph's own bodies have one.
enum JSON: Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([Member])

    struct Member: Sendable {
        let key: String
        var value: JSON
    }

    subscript(key: String) -> JSON? {
        members?.first { $0.key == key }?.value
    }

    var members: [Member]? { if case .object(let members) = self { members } else { nil } }
    var items: [JSON]? { if case .array(let items) = self { items } else { nil } }
    var text: String? { if case .string(let text) = self { text } else { nil } }
    var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    var number: Double? { if case .number(let number) = self { number } else { nil } }
    var isNull: Bool { if case .null = self { true } else { false } }

    /// The number, if it is a whole one.
    var whole: Int? { number.flatMap { Int(exactly: $0) } }

    /// The strings, if it is an array of nothing else.
    var texts: [String]? {
        guard let items else { return nil }
        let texts = items.compactMap(\.text)
        return texts.count == items.count ? texts : nil
    }

    /// The same object with some members set anew and some taken away.
    func changed(by changes: JSON, without removed: [String] = []) -> JSON {
        var members = members ?? []
        for change in changes.members ?? [] {
            if let index = members.firstIndex(where: { $0.key == change.key }) {
                members[index].value = change.value
            } else {
                members.append(change)
            }
        }
        return .object(members.filter { !removed.contains($0.key) })
    }
}

extension JSON: Equatable {
    /// Objects are equal whatever the order of their members.
    static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): left == right
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let other)):
            left.count == other.count && left.allSatisfy { right[$0.key] == $0.value }
        default: false
        }
    }
}

extension JSON: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByNilLiteral
{
    init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { Member(key: $0.0, value: $0.1) })
    }

    init(arrayLiteral elements: JSON...) {
        self = .array(elements)
    }

    init(stringLiteral value: String) {
        self = .string(value)
    }

    init(booleanLiteral value: Bool) {
        self = .bool(value)
    }

    init(integerLiteral value: Int) {
        self = .number(Double(value))
    }

    init(nilLiteral: ()) {
        self = .null
    }
}

extension JSON {
    static func texts(_ texts: some Sequence<String>) -> JSON { .array(texts.map { .string($0) }) }
    static func whole(_ number: Int) -> JSON { .number(Double(number)) }
    static func optional(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
}
