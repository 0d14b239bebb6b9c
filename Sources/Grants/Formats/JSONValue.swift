/// A JSON value with the place where it begins, so that messages can point at it.
package struct JSONNode: Hashable, Sendable {
    package let value: JSONValue
    /// From 1.
    package let line: Int
    /// From 1, in characters.
    package let column: Int
}

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

/// One name and value of an object; the place is that of the name.
package struct JSONMember: Hashable, Sendable {
    package let name: String
    package let line: Int
    package let column: Int
    package let node: JSONNode
}

/// What was expected, and where.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    package let message: String
    /// From 1; 0 where the fault is the whole file's.
    package let line: Int
    package let column: Int

    package init(_ message: String, line: Int = 0, column: Int = 0) {
        self.message = message
        self.line = line
        self.column = column
    }

    package var description: String {
        line == 0 ? message : "line \(line), column \(column): \(message)"
    }
}
