package import Grants

/// The members of a token's header or payload, each name once.
package struct CallerClaims: Sendable {
    private let values: [ExactText: JSONValue]

    /// Names that differ in nothing but case are refused: two programs might each believe another one.
    package init(_ members: [JSONMember]) throws(CallerRefusal) {
        var values: [ExactText: JSONValue] = [:]
        values.reserveCapacity(members.count)
        var mixed: [ExactText: ExactText] = [:]
        for member in members {
            let name = ExactText(member.name)
            values[name] = member.node.value
            guard !Self.isPlain(member.name) else { continue }
            if let twin = mixed.updateValue(name, forKey: ExactText(member.name.lowercased())) {
                throw .twins(twin.text, member.name)
            }
        }
        for (folded, name) in mixed where folded != name && values[folded] != nil {
            throw .twins(folded.text, name.text)
        }
        self.values = values
    }

    /// Lower-case ASCII, as nearly all names are: it is what it is folded to.
    private static func isPlain(_ name: String) -> Bool {
        name.utf8.allSatisfy { $0 < 0x80 && !(0x41...0x5A).contains($0) }
    }

    package subscript(name: String) -> JSONValue? { values[ExactText(name)] }
}

extension CallerClaims: Unprinted {
    package var description: String { "\(values.count) claims" }
}

extension JSONValue {
    /// Nothing to be seen in it: an empty text, null, or a list or object of nothing else.
    var isEmpty: Bool {
        switch self {
        case .null: true
        case .string(let text): text.trimmed.isEmpty
        case .array(let elements): elements.allSatisfy(\.value.isEmpty)
        case .object(let members): members.allSatisfy(\.node.value.isEmpty)
        case .bool, .number: false
        }
    }

    /// Whether a single value reads so, exactly; an array, whether one of its elements does.
    func matches(_ wanted: String) -> Bool {
        switch self {
        case .string(let text), .number(let text): text.isExactly(wanted)
        case .bool(let flag): wanted == (flag ? "true" : "false")
        case .array(let elements):
            elements.contains { element in
                if case .array = element.value { return false }
                return element.value.matches(wanted)
            }
        case .null, .object: false
        }
    }

    /// For sentences: never more than a few short texts of printable ASCII.
    var shown: String {
        switch self {
        case .string(""): "an empty text"
        case .string(let text): SafeText.quoted(text, limit: 100) ?? "a text of \(text.utf8.count) bytes"
        case .number(let text): text.utf8.count <= 40 ? text : "a long number"
        case .bool(let flag): flag ? "true" : "false"
        case .null: "null"
        case .object: "an object"
        case .array(let elements): Self.shown(elements)
        }
    }

    private static func shown(_ elements: [JSONNode]) -> String {
        guard !elements.isEmpty else { return "an empty list" }
        let texts = elements.prefix(3).map { element in
            if case .array = element.value { return "a list" }
            return element.value.shown
        }
        let rest = elements.count - texts.count
        return texts.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}

extension JSONValue? {
    var shown: String { self?.shown ?? "none" }
}
