package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// As written, since no type of Swift holds every number of JSON.
    case number(String)
    case string(String)
    case array([JSONNode])
    case object([JSONMember])

    /// For messages: "a string".
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
