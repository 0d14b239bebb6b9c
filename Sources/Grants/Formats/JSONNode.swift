/// A JSON value with the place where it begins, so that messages can point at it.
package struct JSONNode: Hashable, Sendable {
    package let value: JSONValue
    /// From 1.
    package let line: Int
    /// From 1, in characters.
    package let column: Int
}
