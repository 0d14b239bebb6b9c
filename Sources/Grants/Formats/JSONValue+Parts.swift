/// What stands in a value, where it is of that kind.
extension JSONValue {
    /// Of an object; nil where it has none of that name.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name.isExactly(name) }?.node.value
    }

    /// The text of a string.
    package var text: String? { if case .string(let text) = self { text } else { nil } }

    /// A number as it was written.
    package var number: String? { if case .number(let text) = self { text } else { nil } }

    package var isObject: Bool { if case .object = self { true } else { false } }

    /// The elements of an array.
    package var elements: [JSONValue]? { if case .array(let nodes) = self { nodes.map(\.value) } else { nil } }

    /// The texts of an array; what is no text is left out.
    package var texts: [String] { elements?.compactMap(\.text) ?? [] }
}
